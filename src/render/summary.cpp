#include "render/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "base/printable.hpp"
#include "render/page.hpp"
#include "render/view.hpp"

namespace unoops::render {

namespace {

// A fleet has hundreds of bugs, not this many; what comes later is only counted.
constexpr std::size_t most_groups = 10'000;

struct Group {
  std::uint64_t incidents = 0, reports = 0, order = 0;
  Severity worst = Severity::notice;
  std::string title, first, last;
};

std::string when(const Report& r) {
  if (!r.wall_time.empty()) return clean(r.wall_time);
  return fmt::format("boot {}{}", r.boot, r.time_us ? ", " + time_text(*r.time_us) : ", " + lines_text(r));
}

Style style_of(Severity s) {
  if (s == Severity::fatal || s == Severity::error) return Style::red;
  return s == Severity::warning ? Style::yellow : Style::plain;
}

class SummaryRenderer final : public Renderer {
 public:
  SummaryRenderer(std::ostream& out, const RenderOptions& options) : out_(out), options_(options) {}

  void report(const Report& r) override {
    reports_ += 1 + r.followed_by.size();
    incidents_ += !r.follows;
    if (boots_.size() < most_groups) boots_.insert({r.file, r.boot});
    const std::string& key = r.signature.empty() ? r.title : r.signature;
    if (groups_.size() >= most_groups && !groups_.contains(key)) {
      ++ungrouped_;
      return;
    }
    Group& g = groups_[key];
    if (g.reports++ == 0) {
      g.order = groups_.size();
      g.title = clean(r.title);
      g.first = when(r);
    }
    g.reports += std::ranges::count(r.followed_by, r.signature, &FollowUp::signature);
    g.incidents += !r.follows;
    g.worst = std::max(g.worst, r.severity);
    g.last = when(r);
  }

  void finish() override {
    if (reports_ == 0) return;
    Page page(options_.width, options_.color);
    const auto sorted = groups_in_order();
    std::size_t first = 5, last = 4;
    for (const Group* g : sorted) {
      first = std::max(first, display_width(g->first));
      last = std::max(last, display_width(g->last));
    }
    page.line(page.paint(Style::dim, fmt::format("{:>5}  {:<7}  {}{}title", "count", "worst",
                                                 padded("first", first + 2), padded("last", last + 2))));
    for (const Group* g : sorted) page.line(row(*g, first, last, page));
    page.line(totals());
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

  static std::string row(const Group& g, std::size_t first, std::size_t last, const Page& page) {
    std::string severity(severity_id(g.worst));
    for (char& c : severity) c = static_cast<char>(c - 32);
    const std::string rest = g.reports == g.incidents ? "" : fmt::format("  ({} following)", g.reports - g.incidents);
    return fmt::format("{:>5}  {}  {}{}{}{}", g.incidents,
                       page.paint(style_of(g.worst), fmt::format("{:<7}", severity)), padded(g.first, first + 2),
                       padded(g.last, last + 2), g.title, rest);
  }

  std::string totals() const {
    std::string out = fmt::format("{} incident{}", incidents_, incidents_ == 1 ? "" : "s");
    if (reports_ != incidents_) out += fmt::format(" ({} reports)", reports_);
    if (boots_.size() > 1) out += fmt::format(" in {} boots", boots_.size());
    if (ungrouped_) out += fmt::format("; {} reports of further signatures are not listed", ungrouped_);
    return out;
  }

  std::ostream& out_;
  const RenderOptions options_;
  std::map<std::string, Group> groups_;
  std::set<std::pair<std::string, int>> boots_;
  std::uint64_t reports_ = 0, incidents_ = 0, ungrouped_ = 0;
};

}  // namespace

std::unique_ptr<Renderer> make_summary(std::ostream& out, const RenderOptions& options) {
  return std::make_unique<SummaryRenderer>(out, options);
}

}  // namespace unoops::render
