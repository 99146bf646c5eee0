#include <fmt/format.h>

#include <algorithm>

#include "render/html_page.hpp"
#include "render/html_report.hpp"
#include "render/view.hpp"
#include "unoops/version.hpp"

namespace unoops::render {

namespace {

constexpr std::size_t chunk_bytes = 1u << 20;

// Without a script nobody reads more; what comes later is only counted.
constexpr std::size_t most_groups = 5'000;

std::string number_or_null(const auto& number) { return number ? std::to_string(*number) : "null"; }

}  // namespace

ListPage::ListPage(std::ostream& out) : out_(out) { out_ << page_head("Kernel reports", list_assets) << "<body>\n"; }

// The order of the members is that of data.js.
void ListPage::add(const PageReport& one) {
  const PageRow& r = one.row;
  count(r);
  const std::string runs = lines_.add(one.article);
  const auto before = rows_.size();
  rows_ += fmt::format("{}[{},{},{},{},{}", rows_.empty() ? "" : ",\n", r.number, number_or_null(r.follows), r.boot,
                       number_or_null(r.time_us), static_cast<int>(r.severity));
  for (const auto* word :
       {&r.kind, &r.title, &r.signature, &r.host, &r.file, &r.wall_time, &r.function, &r.known, &r.bug})
    rows_ += fmt::format(",{}", words_.add(*word));
  rows_ += fmt::format(",{},\"{}\"]", json_in_html(r.lines), runs);
  bytes_ += rows_.size() - before + one.article.size();
  if (bytes_ > chunk_bytes) write_chunk();
}

void ListPage::count(const PageRow& r) {
  if (groups_.size() >= most_groups && !groups_.contains(r.signature)) {
    ++ungrouped_;
    return;
  }
  Group& g = groups_[r.signature];
  if (g.title.empty()) {
    g.order = groups_.size();
    g.title = r.title;
  }
  g.incidents += !r.follows;
  g.worst = std::max(g.worst, r.severity);
}

void ListPage::write_chunk() {
  bytes_ = 0;
  if (rows_.empty()) return;
  out_ << "<script type=\"application/json\" class=\"rows\">{\"words\":[" << words_.take_new() << "],\"rows\":[\n"
       << rows_ << "]}</script>\n<script type=\"text/plain\" class=\"lines\">\n"
       << lines_.take_new() << "</script>\n";
  rows_.clear();
}

void ListPage::finish(const std::string& heading) {
  write_chunk();
  out_ << list_assets.body << without_script(heading) << page_script(list_assets) << "</body>\n</html>\n";
}

// The worst first, then the most frequent, then the order of the log.
std::string ListPage::without_script(const std::string& heading) const {
  std::vector<const Group*> sorted;
  for (const auto& [signature, group] : groups_) sorted.push_back(&group);
  std::ranges::sort(sorted, [](const Group* a, const Group* b) {
    if (a->worst != b->worst) return a->worst > b->worst;
    return a->incidents != b->incidents ? a->incidents > b->incidents : a->order < b->order;
  });
  std::string out = fmt::format(
      "<noscript>\n<h1>{}</h1>\n<p class=\"note\">Their list, with a search, and the whole of each report need "
      "JavaScript, which this page has in it.</p>\n<table class=\"titles\">\n<thead><tr><th>count</th><th>worst</th>"
      "<th>title</th></tr></thead>\n<tbody>\n",
      heading);
  for (const Group* g : sorted)
    out +=
        fmt::format("<tr class=\"{0}\"><td class=\"number\">{1}</td><td class=\"severity\">{0}</td><td>{2}</td></tr>\n",
                    severity_id(g->worst), g->incidents, escaped(g->title));
  out += "</tbody>\n</table>\n";
  if (ungrouped_) out += fmt::format("<p>{} with other signatures</p>\n", plural(ungrouped_, "report", "reports"));
  return out + "</noscript>\n";
}

}  // namespace unoops::render
