#include "render/index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/printable.hpp"
#include "render/page.hpp"
#include "render/view.hpp"
#include "unoops/known.hpp"

namespace unoops::render {

namespace {

constexpr std::size_t shown_rows = 60;

struct Column {
  std::string_view head;
  bool right;
  bool only_if_differs;  // left out if it is equal in all rows
  std::string (*cell)(const Report&);
  bool of_several = false;  // of several files or hosts alone: in one log it says what `time` does
};

std::string severity_text(const Report& r) {
  std::string out(severity_id(severity_of(r)));
  for (char& c : out) c = static_cast<char>(c - 32);
  return out;
}

constexpr Column columns[] = {
    {"#", true, false, [](const Report& r) { return std::to_string(r.number); }},
    {"file", false, true, [](const Report& r) { return shortened(clean(r.file.substr(r.file.rfind('/') + 1)), 24); }},
    {"host", false, true, [](const Report& r) { return shortened(clean(r.host), 16); }},
    {"boot", true, true, [](const Report& r) { return std::to_string(r.boot); }},
    {"time", true, true, [](const Report& r) { return r.time_us ? time_text(*r.time_us) : std::string(); }},
    {"clock", false, true, [](const Report& r) { return shortened(moment_text(r), 28); }, true},
    {"line", true, true, [](const Report& r) { return std::to_string(r.line_first); }},
    {"after", true, true, [](const Report& r) { return r.follows ? std::to_string(*r.follows) : std::string(); }},
    {"", false, false, severity_text},
};

Style style_of(const Report& r) {
  const auto severity = severity_of(r);
  if (severity == Severity::fatal || severity == Severity::error) return Style::red;
  return severity == Severity::warning ? Style::yellow : Style::plain;
}

// The head of the table, then a row a report, as far as they stand before the titles.
std::vector<std::string> leading_cells(std::span<const Report* const> reports, bool several) {
  std::vector<std::string> out(reports.size() + 1);
  for (const auto& column : columns) {
    if (column.of_several && !several) continue;
    std::vector<std::string> cells{std::string(column.head)};
    for (const Report* r : reports) cells.push_back(column.cell(*r));
    if (column.only_if_differs && std::equal(cells.begin() + 2, cells.end(), cells.begin() + 1)) continue;
    std::size_t width = 0;
    for (const auto& cell : cells) width = std::max(width, display_width(cell));
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string blanks(width - display_width(cells[i]), ' ');
      out[i] += "  " + (column.right ? blanks + cells[i] : cells[i] + blanks);
    }
  }
  return out;
}

void rows(std::span<const Report* const> reports, bool several, Page& page) {
  const auto shown = reports.first(std::min(reports.size(), shown_rows));
  const auto cells = leading_cells(shown, several);
  page.line(page.paint(Style::dim, cells.front()));
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const auto used = display_width(cells[i + 1]) + 2;
    const std::string title = shortened_middle(title_text(*shown[i]) + known_suffix(*shown[i]),
                                               page.width() > used + 20 ? page.width() - used : 20);
    page.line(page.paint(style_of(*shown[i]), cells[i + 1] + "  " + title));
  }
  if (shown.size() < reports.size())
    page.line(fmt::format("  ... {} more; --format summary groups them", reports.size() - shown.size()));
}

}  // namespace

std::string index_of(const std::vector<const Report*>& reports, const Tally& tally, std::size_t again,
                     const RenderOptions& options) {
  Page page(options.width, options.color);
  std::string words = tally.words();
  if (again) words += fmt::format(" ({} told as repetition{})", again, again == 1 ? "" : "s");
  page.line(page.paint(Style::bold, words));
  const auto fatal = std::ranges::find(reports, Severity::fatal, [](const Report* r) { return r->severity; });
  if (fatal != reports.end()) page.line(fmt::format("The first that stopped a machine: {}", (*fatal)->number));
  page.line();
  rows(reports, tally.several_files() || tally.several_hosts(), page);
  return page.take();
}

}  // namespace unoops::render
