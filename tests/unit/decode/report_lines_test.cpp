#include "decode/report_lines.hpp"

#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "unoops/decoder.hpp"
#include "unoops/render.hpp"

using namespace unoops;
using decode::begins_reports;
using decode::read_report;
using decode::ReportLines;

namespace {

const std::string one =
    R"({"schema":"unoops.report/1","number":1,"kind":"warning","severity":"warning","title":"WARNING in f","signature":"1:a","corrupted":false,)"
    R"("file":"a.log","boot":2,"line_first":3,"line_last":9,"time":7.000001,"host":"web1","stacks":[{"frames":[]},{"frames":[{"symbol":"g"},)"
    R"({"symbol":"f","module":"m"}]}],"culprit":{"stack":1,"frame":1},"kernel":{"release":"6.1.0"},"known":{"bug":"b","severity":"notice"}})";

std::string numbered(int number, int boot, const std::string& time) {
  return R"({"schema":"unoops.report/1","number":)" + std::to_string(number) +
         R"(,"kind":"warning","severity":"warning","boot":)" + std::to_string(boot) + R"(,"time":)" + time + "}\n";
}

std::vector<Report> read(const std::string& bytes, std::size_t piece, std::uint64_t& bad) {
  std::vector<Report> out;
  ReportLines lines([&](Report&& r) { out.push_back(std::move(r)); });
  for (std::size_t at = 0; at < bytes.size(); at += piece) lines.feed(std::string_view(bytes).substr(at, piece));
  lines.finish();
  bad = lines.bad_lines();
  return out;
}

}  // namespace

TEST_CASE("a report's line gives what titles and summaries ask for") {
  const auto r = read_report(one);
  REQUIRE(r);
  CHECK(r->kind->id == "warning");
  CHECK(r->title == "WARNING in f");
  CHECK(r->boot == 2);
  CHECK(r->time_us == 7'000'001);
  CHECK(r->host == "web1");
  CHECK(r->kernel.release == "6.1.0");
  REQUIRE(r->stacks.size() == 1);
  CHECK(r->stacks[0].frames[*r->culprit_frame].ref.symbol == "f");
  CHECK(r->known->severity == Severity::notice);
}

TEST_CASE("what is no report is none, and members of a wrong type are not taken") {
  for (const char* text : {"", "{}", "[]", "3", "{\"schema\":\"unoops.report/2\",\"severity\":\"error\"}",
                           "{\"schema\":\"unoops.report/1\"}", "{\"schema\":\"unoops.report/1\",\"severity\":\"bad\"}"})
    CHECK_FALSE(read_report(text));
  CHECK_FALSE(read_report(std::string_view(one).substr(0, one.size() - 1)));
  const auto r = read_report(
      R"({"schema":"unoops.report/1","severity":"error","title":3,"boot":99999999999,"time":"x","number":-1,"culprit":{"stack":7,"frame":0},"stacks":3,"host":null,"follows":1.5})");
  REQUIRE(r);
  CHECK(r->title.empty());
  CHECK(r->boot == 1);
  CHECK_FALSE(r->time_us);
  CHECK_FALSE(r->follows);
  CHECK(r->kind->id == "unknown");
}

TEST_CASE("reports are told by their first bytes") {
  CHECK(begins_reports(one) == true);
  CHECK(begins_reports("[    1.000000] usb 1-1: new device") == false);
  CHECK(begins_reports("{\"MESSAGE\":") == false);
  CHECK_FALSE(begins_reports("{\"schema\":\"unoops"));
  CHECK_FALSE(begins_reports(""));
}

TEST_CASE("pieces of any size give the same, and bad lines are counted") {
  const std::string bytes = numbered(1, 1, "1.5") + "junk\n" + numbered(2, 2, "2.5") + "{\"schema\":\"unoops.rep";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
    std::uint64_t bad = 0;
    const auto all = read(bytes, piece, bad);
    CHECK(all.size() == 2);
    CHECK(bad == 2);
  }
}

TEST_CASE("runs behind one another count on, and tell of an event once") {
  const std::string run = numbered(1, 1, "1.5") + numbered(2, 2, "2.5");
  std::uint64_t bad = 0;
  const auto all = read(run + numbered(1, 1, "3.5") + numbered(2, 1, "1.5"), 64, bad);
  REQUIRE(all.size() == 3);
  CHECK(all[2].number == 3);
  CHECK(all[2].boot == 3);
}

TEST_CASE("the decoder reads reports where it is asked to, and a log as ever") {
  const auto boots = [](const std::string& bytes, bool reads) {
    DecodeOptions options;
    options.read_reports = reads;
    options.host = "named";
    std::vector<std::string> hosts;
    Decoder decoder(options, [&](ParsedReport&& report) { hosts.push_back(report->host); });
    for (const char c : bytes) decoder.feed({&c, 1});
    decoder.finish();
    return hosts;
  };
  CHECK(boots(one + "\n", true) == std::vector<std::string>{"web1"});
  CHECK(boots(one + "\n", false).empty());
  CHECK(boots("Kernel panic - not syncing: test\n", true) == std::vector<std::string>{"named"});
}

TEST_CASE("what is printed as JSON is read again") {
  const auto reports = decode_log("[    1.500000] Kernel panic - not syncing: test\n");
  REQUIRE(reports.size() == 1);
  std::ostringstream out;
  find_format("json")->make(out, {})->report(reports[0]);
  const auto again = read_report(out.str());
  REQUIRE(again);
  CHECK(again->title == reports[0].title);
  CHECK(again->signature == reports[0].signature);
  CHECK(again->time_us == reports[0].time_us);
  CHECK(again->line_first == reports[0].line_first);
}
