#include "render/index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "base/printable.hpp"
#include "render/page.hpp"
#include "render/view.hpp"

namespace unoops::render {

namespace {

constexpr std::size_t shown_rows = 60;

struct Column {
  std::string_view head;
  bool right;
  bool only_if_differs;  // left out if it is equal in all rows
  std::string (*cell)(const Report&);
};

std::string severity_text(const Report& r) {
  std::string out(severity_id(r.severity));
  for (char& c : out) c = static_cast<char>(c - 32);
  return out;
}

constexpr Column columns[] = {
    {"#", true, false, [](const Report& r) { return std::to_string(r.number); }},
    {"file", false, true, [](const Report& r) { return shortened(clean(r.file.substr(r.file.rfind('/') + 1)), 24); }},
    {"boot", true, true, [](const Report& r) { return std::to_string(r.boot); }},
    {"time", true, true, [](const Report& r) { return r.time_us ? time_text(*r.time_us) : std::string(); }},
    {"line", true, true, [](const Report& r) { return std::to_string(r.line_first); }},
    {"after", true, true, [](const Report& r) { return r.follows ? std::to_string(*r.follows) : std::string(); }},
    {"", false, false, severity_text},
};

Style style_of(const Report& r) {
  if (r.severity == Severity::fatal || r.severity == Severity::error) return Style::red;
  return r.severity == Severity::warning ? Style::yellow : Style::plain;
}

// The head of the table, then a row a report, as far as they stand before the titles.
std::vector<std::string> leading_cells(std::span<const Report* const> reports) {
  std::vector<std::string> out(reports.size() + 1);
  for (const auto& column : columns) {
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

void rows(std::span<const Report* const> reports, Page& page) {
  const auto shown = reports.first(std::min(reports.size(), shown_rows));
  const auto cells = leading_cells(shown);
  page.line(page.paint(Style::dim, cells.front()));
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const auto used = display_width(cells[i + 1]) + 2;
    const std::string title =
        shortened_middle(title_text(*shown[i]), page.width() > used + 20 ? page.width() - used : 20);
    page.line(page.paint(style_of(*shown[i]), cells[i + 1] + "  " + title));
  }
  if (shown.size() < reports.size())
    page.line(fmt::format("  ... {} more; --format summary groups them", reports.size() - shown.size()));
}

}  // namespace

std::string severity_counts(const std::vector<const Report*>& reports) {
  std::string out;
  for (const Severity s : {Severity::fatal, Severity::error, Severity::warning, Severity::notice}) {
    const auto n = std::ranges::count(reports, s, [](const Report* r) { return r->severity; });
    if (n)
      out += fmt::format("{}{} {}{}", out.empty() ? "" : ", ", n, severity_id(s),
                         n > 1 && s != Severity::fatal ? "s" : "");
  }
  return out;
}

std::string index_of(const std::vector<const Report*>& reports, std::size_t again, const RenderOptions& options) {
  Page page(options.width, options.color);
  std::set<std::pair<std::string, int>> boots;
  for (const Report* r : reports) boots.insert({r->file, r->boot});
  std::string words = fmt::format("{} reports", reports.size());
  if (again) words += fmt::format(" and {} repetition{}", again, again == 1 ? "" : "s");
  if (boots.size() > 1) words += fmt::format(" in {} boots", boots.size());
  page.line(page.paint(Style::bold, words + ": " + severity_counts(reports)));
  const auto fatal = std::ranges::find(reports, Severity::fatal, [](const Report* r) { return r->severity; });
  if (fatal != reports.end()) page.line(fmt::format("The first that stopped a machine: {}", (*fatal)->number));
  page.line();
  rows(reports, page);
  return page.take();
}

}  // namespace unoops::render
