#include <charconv>
#include <random>
#include <sstream>

#include "catch.hpp"
#include "render/html_assets.hpp"
#include "render/html_pool.hpp"
#include "render/html_report.hpp"
#include "reports.hpp"
#include "unoops/render.hpp"

using namespace unoops;
using namespace unoops::render;

namespace {

std::string page_of(const std::vector<Report>& reports) {
  std::ostringstream out;
  const auto renderer = find_format("html")->make(out, {});
  for (const auto& report : reports) renderer->report(report);
  renderer->finish();
  return out.str();
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string one; std::getline(in, one, at);) out.push_back(one);
  return out;
}

// As data.js does it.
std::string text_of_runs(const std::string& runs, const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& run : split(runs, ' ')) {
    const auto ends = split(run, '-');
    std::size_t first = 0;
    std::from_chars(ends.front().data(), ends.front().data() + ends.front().size(), first, 36);
    std::size_t last = first;
    if (ends.size() > 1) std::from_chars(ends[1].data(), ends[1].data() + ends[1].size(), last, 36);
    for (auto i = first; i <= last; ++i) out += lines.at(i) + "\n";
  }
  return out;
}

// More than are written whole: each has a number of its own.
std::vector<Report> many(std::size_t n) {
  std::vector<Report> out;
  const auto all = test::all_reports();
  for (std::size_t i = 0; i < n; ++i) {
    out.push_back(all[i % all.size()]);
    out.back().number = i + 1;
  }
  return out;
}

}  // namespace

TEST_CASE("few reports are whole in the page's markup, escaped, and it needs nothing from elsewhere") {
  const std::string all = page_of(test::all_reports());
  CHECK(all.starts_with("<!DOCTYPE html>"));
  CHECK(count(all, "<script") == 1);
  CHECK(all.find("http:") == std::string::npos);
  CHECK(all.find("https:") == std::string::npos);
  CHECK(all.find('\x1b') == std::string::npos);
  CHECK(count(all, "<article ") == test::all_reports().size());
  CHECK(count(all, "<article ") == count(all, "</article>"));
  CHECK(count(all, "<details>") == count(all, "</details>"));
  CHECK(count(all, "<td") == count(all, "</td>"));
  CHECK_THAT(all, ContainsSubstring("&lt;script&gt;"));
  CHECK(escaped("a<b>&\"'\x1b") == "a&lt;b&gt;&amp;&quot;&#39;\\x1b");
}

TEST_CASE("a page without reports says so, a page of one is called as it is") {
  CHECK_THAT(page_of({}),
             ContainsSubstring("<h1>No kernel report</h1>") && ContainsSubstring("<title>No kernel report<"));
  const std::string one = page_of({test::oops()});
  CHECK_THAT(one, ContainsSubstring(
                      "<title>BUG: unable to handle kernel NULL pointer dereference in kfault_complete</title>"));
  CHECK_THAT(one, ContainsSubstring("<h1>Kernel report: fatal</h1>"));
}

TEST_CASE("the index of a few says which log and which machine each is of, if they differ") {
  Report first = test::oops(), second = test::warning();
  first.file = second.file = "/srv/logs/a<b.log";
  CHECK(page_of({first, second}).find("b.log</span></td>") == std::string::npos);
  second.file = "/srv/logs/c.log";
  second.host = "pier7";
  second.follows = 1;
  const std::string page = page_of({first, second});
  CHECK_THAT(page, ContainsSubstring("</a> <span class=\"note\">a&lt;b.log</span></td>"));
  CHECK_THAT(page, ContainsSubstring("</a> <span class=\"note\">pier7, c.log, follows 1</span></td>"));
}

TEST_CASE("a C expression is not broken at its hyphen") {
  Report report = test::warning();
  report.explanation.summary = "dev->queue is NULL";
  CHECK_THAT(page_of({report}), ContainsSubstring("<span class=\"word\">dev-&gt;queue</span> is NULL"));
}

TEST_CASE("the policy of a page lets in its own style and script only") {
  for (const auto& [assets, page] :
       {std::pair{&document_assets, page_of({test::oops()})}, std::pair{&list_assets, page_of(many(50))}}) {
    for (const auto hash : {assets->style_hash, assets->script_hash}) {
      CHECK(hash.starts_with("sha256-"));
      CHECK(hash.size() == 7 + 44);
      CHECK(count(page, std::string(hash)) == 1);
    }
    CHECK_THAT(page, ContainsSubstring("content=\"default-src 'none'; style-src 'sha256-"));
    CHECK_THAT(page, ContainsSubstring("<script>" + std::string(assets->script) + "</script>"));
    CHECK_THAT(page, ContainsSubstring("<style>" + std::string(assets->style) + "</style>"));
    CHECK(page.find("style=") == std::string::npos);
  }
}

TEST_CASE("many reports are data: each line once, titles and counts without the script") {
  const std::string page = page_of(many(200));
  CHECK(count(page, "<script type=\"application/json\" class=\"rows\">") == 1);
  CHECK(count(page, "<script type=\"text/plain\" class=\"lines\">") == 1);
  CHECK(count(page, "<article ") == 200);  // its line has the report's number
  CHECK(count(page, "<p class=\"verdict\">") <= 200);
  CHECK(count(page, "timer callback") < 20);  // what 25 copies of a report say alike
  CHECK(page.size() < 40 * page_of({test::oops()}).size());
  CHECK_THAT(page, ContainsSubstring("<noscript>\n<h1>Kernel reports: 175 incidents (200 reports)"));
  CHECK_THAT(page, ContainsSubstring("<td class=\"number\">25</td>"));
}

TEST_CASE("no text of a log ends the data that it stands in") {
  Report report = test::hostile();
  report.title = "</script><script>alert(1)</script><!-- \xe2\x80\xa8 \xe2\x80\xae";
  report.file = report.host = report.signature = report.comm = report.title;
  report.raw.push_back(report.title);
  std::vector<Report> all(60, report);
  const std::string page = page_of(all);
  CHECK(count(page, "<script") == 3);
  CHECK(count(page, "</script") == 3);
  CHECK(count(page, "<!--") == 0);
  CHECK(page.find("alert(1)</script") == std::string::npos);
  CHECK(page.find("\xe2\x80\xa8") == std::string::npos);
  CHECK(page.find("\xe2\x80\xae") == std::string::npos);
  CHECK(json_in_html("</script>\"\\") == "\"\\u003c/script>\\\"\\\\\"");
}

TEST_CASE("runs of lines make the article again, whatever it shares with others") {
  std::mt19937 random(7);
  LinePool pool;
  std::vector<std::string> articles, runs, lines;
  for (int i = 0; i < 300; ++i) {
    std::string article;
    for (auto n = random() % 40; n > 0; --n)
      article += "a line of a log " + std::string(random() % 30, 'x') + std::to_string(random() % 9) + "\n";
    articles.push_back(article);
    runs.push_back(pool.add(article));
    if (i % 50 == 0)
      for (const auto& line : split(pool.take_new(), '\n')) lines.push_back(line);
  }
  for (const auto& line : split(pool.take_new(), '\n')) lines.push_back(line);
  for (std::size_t i = 0; i < articles.size(); ++i) CHECK(text_of_runs(runs[i], lines) == articles[i]);
  CHECK(lines.size() < 400);
}

TEST_CASE("a line of a run that goes on costs nothing, a short one alone is not worth the break") {
  LinePool pool;
  const std::string first = "a line that is long enough\nshort\nanother line that is long\n";
  CHECK(pool.add(first) == "0-2");
  CHECK(pool.add(first) == "0-2");
  CHECK(pool.add("short\nanother line that is long\n") == "3 2");
  CHECK(pool.take_new() == first + "short\n");
}

TEST_CASE("what a page remembers of its lines is bounded") {
  LinePool pool;
  std::size_t fresh = 0;
  const std::string filler(4000, 'x');
  for (int i = 0; i < 8000; ++i) {
    pool.add(filler + std::to_string(i) + "\n");
    fresh += pool.take_new().size();
  }
  CHECK(fresh > 8000u * 4000u);
  CHECK(pool.add(filler + "7999\n").find(' ') == std::string::npos);
  CHECK(pool.take_new().empty());  // the last are known
  pool.add(filler + "0\n");
  CHECK_FALSE(pool.take_new().empty());  // the first are forgotten
}
