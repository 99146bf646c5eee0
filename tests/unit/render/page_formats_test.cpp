#include <sstream>

#include "catch.hpp"
#include "reports.hpp"
#include "unoops/render.hpp"

using namespace unoops;

namespace {

std::string rendered(std::string_view format, const std::vector<Report>& reports) {
  std::ostringstream out;
  const auto renderer = find_format(format)->make(out, {});
  for (const auto& report : reports) renderer->report(report);
  renderer->finish();
  return out.str();
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("formats are found by id") {
  for (const char* id : {"text", "json", "title", "summary", "html"}) {
    CHECK(find_format(id)->id == id);
    CHECK_FALSE(find_format(id)->streams_lines());
    CHECK(find_format(id)->tallies == (std::string_view(id) == "title" || std::string_view(id) == "summary"));
  }
  CHECK(find_format("annotate")->streams_lines());
}

TEST_CASE("titles are one line each, whatever is in them") {
  const std::string all = rendered("title", test::all_reports());
  CHECK(count(all, "\n") == test::all_reports().size());
  CHECK(all.starts_with("BUG: unable to handle kernel NULL pointer dereference in kfault_complete\n"));
  CHECK(all.find('\x1b') == std::string::npos);
}

TEST_CASE("the summary counts incidents by signature, the worst first") {
  Report again = test::warning(), other_boot = test::warning(), following = test::kasan();
  again.time_us = 99'000'000;
  other_boot.boot = 2;
  const std::string all = rendered("summary", {test::warning(), again, other_boot, test::oops(), following});
  CHECK(all.find("FATAL") < all.find("WARNING"));
  CHECK_THAT(all, ContainsSubstring("    3  WARNING  boot 1, 3.447 s  boot 2, 3.447 s  WARNING in kf_warn\n"));
  CHECK_THAT(all, ContainsSubstring("    0  ERROR") && ContainsSubstring("(1 following)"));
  CHECK_THAT(all, ContainsSubstring("4 incidents (5 reports) in 2 boots: 1 fatal, 3 warnings\n"));
}

TEST_CASE("titles and the summary say the place where there are several") {
  Report one = test::warning(), other = test::warning();
  one.file = "a.log";
  other.file = "b.log";
  other.host = "web2";
  other.wall_time = "2026-11-28T09:30:12Z";
  CHECK(rendered("title", {one, one}) == "WARNING in kf_warn\nWARNING in kf_warn\n");
  const std::string line = std::to_string(one.line_first);
  CHECK(rendered("title", {one, other}) ==
        "a.log:" + line + ": WARNING in kf_warn\nb.log:" + line + ": web2, 2026-11-28T09:30:12Z: WARNING in kf_warn\n");
  CHECK_THAT(rendered("summary", {one, other}),
             ContainsSubstring("    2  WARNING") && ContainsSubstring("  2 files  WARNING in kf_warn\n"));
}

TEST_CASE("what a team knows is told with the report") {
  Report r = test::warning();
  r.known =
      Known{"a \x1b[31mtest", "https://bugs.example.org/1", "6.1.9", true, Severity::notice, false, "rules.toml:3"};
  CHECK(rendered("title", {r}) == "WARNING in kf_warn  [came back: a \\x1b[31mtest, https://bugs.example.org/1]\n");
  CHECK_THAT(rendered("text", {r}),
             ContainsSubstring("Known   ") && ContainsSubstring("it came back: it is said to be fixed in 6.1.9"));
}
