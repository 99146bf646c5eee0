#include "render/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <vector>

#include "base/printable.hpp"
#include "base/wall_clock.hpp"
#include "base/with_commas.hpp"
#include "render/page.hpp"
#include "render/tally.hpp"
#include "render/view.hpp"
#include "unoops/known.hpp"

namespace unoops::render {

namespace {

// A fleet has hundreds of bugs, not this many; what comes later is only counted.
constexpr std::size_t most_groups = 10'000;

std::string when(const Report& r) {
  if (auto moment = moment_text(r); !moment.empty()) return moment;
  return fmt::format("boot {}{}", r.boot, r.time_us ? ", " + time_text(*r.time_us) : ", " + lines_text(r));
}

// The first or the last of a group: by the clock; where a report has none, by the order in which they come.
struct Edge {
  std::optional<Microseconds> clock;
  std::string text;

  void offer(const Report& r, std::optional<Microseconds> at, bool is_first_report, bool wants_earlier) {
    const bool takes = is_first_report || (at && (!clock || (wants_earlier ? *at < *clock : *at >= *clock))) ||
                       (!at && !clock && !wants_earlier);
    if (!takes) return;
    clock = at;
    text = when(r);
  }
};

// A name while it is the only one, and else how many there are.
class Names {
 public:
  void add(const std::string& name) {
    if (name.empty()) return;
    if (all_.count() == 0) only_ = name;
    all_.add(name);
  }
  std::string text(std::string_view many) const {
    constexpr std::size_t widest = 24;
    if (all_.count() > 1) return count_words(all_, "", many);
    return shortened(clean(only_.substr(only_.rfind('/') + 1)), widest);
  }

 private:
  std::string only_;
  Distinct all_{1024};
};

struct Group {
  std::uint64_t incidents = 0, reports = 0, order = 0;
  Severity worst = Severity::notice;
  std::string title, known;
  Edge first, last;
  Names hosts, files;
};

Style style_of(Severity s) {
  if (s == Severity::fatal || s == Severity::error) return Style::red;
  return s == Severity::warning ? Style::yellow : Style::plain;
}

std::string severity_text(Severity s) {
  std::string out(severity_id(s));
  for (char& c : out) c = static_cast<char>(c - 32);
  return out;
}

// A column of the table; the last one is not padded, and one that says nothing in any row is left out.
struct Column {
  std::string_view head;
  bool right = false;
  std::vector<std::string> cells = {};
};

class SummaryRenderer final : public Renderer {
 public:
  SummaryRenderer(std::ostream& out, const RenderOptions& options) : out_(out), options_(options) {}

  void report(const Report& r) override {
    tally_.add(r);
    const std::string& key = r.signature.empty() ? r.title : r.signature;
    if (groups_.size() >= most_groups && !groups_.contains(key)) {
      ++ungrouped_;
      return;
    }
    Group& g = groups_[key];
    const auto clock = wall_clock(r.wall_time, now_);
    const bool first = g.reports++ == 0;
    if (first) {
      g.order = groups_.size();
      g.title = clean(r.title);
    }
    if (g.known.empty()) g.known = known_suffix(r);
    g.first.offer(r, clock, first, true);
    g.last.offer(r, clock, first, false);
    g.hosts.add(r.host);
    g.files.add(r.file);
    g.reports += static_cast<std::uint64_t>(std::ranges::count(r.followed_by, r.signature, &FollowUp::signature));
    g.incidents += !r.follows;
    g.worst = std::max(g.worst, severity_of(r));
  }

  void finish() override {
    if (tally_.reports() == 0) return;
    Page page(options_.width, options_.color);
    table(page);
    std::string totals = tally_.words();
    if (ungrouped_) totals += fmt::format("; {} reports of further signatures are not listed", with_commas(ungrouped_));
    page.line(totals);
    out_ << page.text();
  }

 private:
  // The worst first, then the most frequent, then the order of the log.
  std::vector<const Group*> groups_in_order() const {
    std::vector<const Group*> out;
    for (const auto& [key, group] : groups_) out.push_back(&group);
    std::ranges::sort(out, [](const Group* a, const Group* b) {
      if (a->worst != b->worst) return a->worst > b->worst;
      if (a->incidents != b->incidents) return a->incidents > b->incidents;
      return a->order < b->order;
    });
    return out;
  }

  std::vector<Column> columns(const std::vector<const Group*>& groups) const {
    std::vector<Column> out = {{"count", true}, {"worst"}, {"first"}, {"last"}};
    if (tally_.several_hosts()) out.push_back({"host"});
    if (tally_.several_files()) out.push_back({"file"});
    for (const Group* g : groups) {
      std::size_t at = 0;
      const auto add = [&](std::string cell) { out[at++].cells.push_back(std::move(cell)); };
      add(std::to_string(g->incidents));
      add(severity_text(g->worst));
      add(g->first.text);
      add(g->last.text);
      if (tally_.several_hosts()) add(g->hosts.text("hosts"));
      if (tally_.several_files()) add(g->files.text("files"));
    }
    return out;
  }

  // A program gets a row a line, and so does a terminal that is wide enough.
  void table(Page& page) const {
    const auto groups = groups_in_order();
    const auto rows = padded_rows(columns(groups));
    std::size_t widest = 0;
    for (std::size_t i = 0; i < groups.size(); ++i)
      widest = std::max(widest, display_width(rows[i + 1]) + display_width(title_of(*groups[i])));
    if (options_.terminal && widest > page.width()) return list(page, groups);
    page.line(page.paint(Style::dim, rows[0] + "title"));
    for (std::size_t i = 0; i < groups.size(); ++i)
      page.line(painted(page, *groups[i], rows[i + 1]) + title_of(*groups[i]));
  }

  // The rows of the columns before the title, all of one width; the first is the head.
  static std::vector<std::string> padded_rows(const std::vector<Column>& columns) {
    std::vector<std::string> rows(columns[0].cells.size() + 1);
    for (const auto& column : columns) {
      constexpr std::size_t least = 5;  // as wide as "count"
      std::size_t width = std::max(column.head.size(), column.right ? least : 0);
      for (const auto& cell : column.cells) width = std::max(width, display_width(cell));
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::string cell = i == 0 ? std::string(column.head) : column.cells[i - 1];
        const std::string blanks(width - display_width(cell), ' ');
        rows[i] += (column.right ? blanks + cell : cell + blanks) + "  ";
      }
    }
    return rows;
  }

  static std::string title_of(const Group& g) {
    const auto following = g.reports - g.incidents;
    return g.title + g.known + (following ? fmt::format("  ({} following)", following) : "");
  }

  // The word of severity in its colour.
  static std::string painted(const Page& page, const Group& g, std::string row) {
    const std::string word = severity_text(g.worst);
    return row.replace(row.find(word), word.size(), page.paint(style_of(g.worst), word));
  }

  // A group is its count, severity and title, and below them when and where.
  void list(Page& page, const std::vector<const Group*>& groups) const {
    constexpr std::size_t hanging = 16;  // "count  WARNING  "
    page.line(page.paint(Style::dim, "count  worst    title"));
    for (const Group* g : groups) {
      Page words(options_.width, false);  // wrapped before it is painted
      const std::string count = std::to_string(g->incidents);
      words.paragraph(fmt::format("{}  {:<7}  {}", count, severity_text(g->worst), title_of(*g)),
                      count.size() < 5 ? 5 - count.size() : 0, hanging);
      std::string where = g->first.text;
      if (g->last.text != g->first.text) where += " to " + g->last.text;
      const auto add = [&](const std::string& names) { where += names.empty() ? "" : ", " + names; };
      if (tally_.several_hosts()) add(g->hosts.text("hosts"));
      if (tally_.several_files()) add(g->files.text("files"));
      words.paragraph(where, hanging, hanging);
      std::string text = painted(page, *g, words.take());
      text.pop_back();  // line() ends it
      page.line(text);
    }
  }

  std::ostream& out_;
  const RenderOptions options_;
  // What a year that is not printed is told by.
  const Microseconds now_ =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  Tally tally_;
  std::map<std::string, Group> groups_;
  std::uint64_t ungrouped_ = 0;
};

}  // namespace

std::unique_ptr<Renderer> make_summary(std::ostream& out, const RenderOptions& options) {
  return std::make_unique<SummaryRenderer>(out, options);
}

}  // namespace unoops::render
