#include "render/index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "render/clean.hpp"
#include "render/page.hpp"
#include "render/view.hpp"

namespace unoops {

namespace {

constexpr std::size_t shown_rows = 60;

struct Column {
  std::string_view head;
  bool right;
  std::string (*cell)(const Report&);
};

std::string severity_text(const Report& r) {
  std::string out(severity_id(r.severity));
  for (char& c : out) c = static_cast<char>(c - 32);
  return out;
}

std::string title_text(const Report& r) {
  return clean(r.title) + (r.follows ? fmt::format("  (follows {})", *r.follows) : "");
}

constexpr Column columns[] = {
    {"#", true, [](const Report& r) { return std::to_string(r.number); }},
    {"boot", true, [](const Report& r) { return std::to_string(r.boot); }},
    {"time", true, [](const Report& r) { return r.time_us ? time_text(*r.time_us) : std::string(); }},
    {"line", true, [](const Report& r) { return std::to_string(r.line_first); }},
    {"", false, severity_text},
    {"", false, title_text},
};

std::string row_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string blanks(widths[i] - std::min(widths[i], display_width(cells[i])), ' ');
    out += "  " + (columns[i].right ? blanks + cells[i] : i + 1 < cells.size() ? cells[i] + blanks : cells[i]);
  }
  return out;
}

Style style_of(const Report& r) {
  if (r.severity == Severity::fatal || r.severity == Severity::error) return Style::red;
  return r.severity == Severity::warning ? Style::yellow : Style::plain;
}

void rows(const std::vector<const Report*>& reports, Page& page) {
  std::vector<std::vector<std::string>> cells;
  std::vector<std::size_t> widths;
  for (const auto& column : columns) widths.push_back(column.head.size());
  for (std::size_t r = 0; r < std::min(reports.size(), shown_rows); ++r) {
    cells.emplace_back();
    for (std::size_t c = 0; c < std::size(columns); ++c) {
      cells.back().push_back(columns[c].cell(*reports[r]));
      widths[c] = std::max(widths[c], display_width(cells.back().back()));
    }
  }
  std::vector<std::string> head;
  for (const auto& column : columns) head.emplace_back(column.head);
  page.line(page.paint(Style::dim, row_of(head, widths)));
  for (std::size_t r = 0; r < cells.size(); ++r)
    page.line(page.paint(style_of(*reports[r]), shortened(row_of(cells[r], widths), page.width())));
  if (reports.size() > shown_rows)
    page.line(fmt::format("  ... {} more; --format summary groups them", reports.size() - shown_rows));
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

std::string index_of(const std::vector<const Report*>& reports, const RenderOptions& options) {
  Page page(options.width, options.color);
  std::set<std::pair<std::string, int>> boots;
  for (const Report* r : reports) boots.insert({r->file, r->boot});
  std::string words = fmt::format("{} reports", reports.size());
  if (boots.size() > 1) words += fmt::format(" in {} boots", boots.size());
  page.line(page.paint(Style::bold, words + ": " + severity_counts(reports)));
  const auto fatal = std::ranges::find(reports, Severity::fatal, [](const Report* r) { return r->severity; });
  if (fatal != reports.end()) page.line(fmt::format("The first that stopped a machine: {}", (*fatal)->number));
  page.line();
  rows(reports, page);
  page.line();
  return page.take();
}

}  // namespace unoops
