// DecodeOptions::explain_parse: each decision about a line or a report is told with its reason.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "unoops/decoder.hpp"

namespace unoops::test {
namespace {

struct Explained {
  std::vector<std::string> told;
  std::vector<Report> reports;
  bool tells(std::string_view line) const { return std::ranges::find(told, line) != told.end(); }
};

Explained explain(std::string_view log, std::string_view name = "log") {
  Explained out;
  DecodeOptions options;
  options.explain_parse = [&](std::string_view line) { out.told.emplace_back(line); };
  Decoder decoder(options, [&](ParsedReport&& report) { out.reports.push_back(*report); });
  decoder.start_source(std::string(name));
  decoder.feed(log);
  decoder.finish();
  return out;
}

const std::string warning =
    "[    7.000000] ------------[ cut here ]------------\n"
    "[    7.000001] WARNING: CPU: 0 PID: 12 at drivers/demo/demo.c:13 demo_warn+0x7/0x20 [demo]\n"
    "[    7.000003] CPU: 0 PID: 12 Comm: sh Not tainted 6.1.0 #1\n"
    "[    7.000004] RIP: 0010:demo_warn+0x7/0x20 [demo]\n"
    "[    7.000005] Call Trace:\n"
    "[    7.000007]  vfs_write+0x1d/0x40\n"
    "[    7.000009] ---[ end trace 0000000000000000 ]---\n";

}  // namespace

TEST_CASE("explain: which report took a line, how sure that is, and when the report ends") {
  const auto e = explain(warning);
  REQUIRE(e.reports.size() == 1);
  CHECK(e.told == std::vector<std::string>{
                      "reading log",
                      "line 1: kept for the header that may follow",
                      "line 2 → report 1 (opens: the header \"WARNING: CPU: \" of warning; lines before it: 1)",
                      "line 3 → report 1 (CPU: likely)",
                      "line 4 → report 1 (pc: surely)",
                      "line 5 → report 1 (trace start: likely)",
                      "line 6 → report 1 (frame: surely)",
                      "line 7 → report 1 (end mark: likely)",
                      "report 1 ends: the log ends",
                      "report 1 is number 1: WARNING in demo_warn",
                  });
}

TEST_CASE("explain: of two open reports the one that did not take the line is named, and the doubt") {
  const auto e = explain(
      "[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
      "[    1.000001] #PF: supervisor read access in kernel mode\n"
      "[    1.000002] BUG: unable to handle page fault for address: ffff888200000ff8\n"
      "[    1.000003] #PF: supervisor write access in kernel mode\n"
      "[    1.000004] Oops: 0000 [#1] PREEMPT SMP\n"
      "[    1.000005] Oops: 0002 [#2] PREEMPT SMP\n"
      "[    1.000006] CPU: 1 PID: 500 Comm: alpha Not tainted 6.1.0 #1\n"
      "[    1.000007] CPU: 0 PID: 600 Comm: beta Not tainted 6.1.0 #1\n");
  CHECK(e.tells("line 4 → report 2 (detail: likely; report 1: unlikely)"));
  CHECK(e.tells("line 7 → report 1 (CPU: surely; report 2: surely; it may be another's)"));
}

TEST_CASE("explain: caller ids decide") {
  const auto e = explain(
      "[    1.000000][  T500] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
      "[    1.000001][  T600] BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
      "[    1.000002][  T500] Oops: 0000 [#1] PREEMPT SMP\n"
      "[    1.000003][  T500] CPU: 1 PID: 500 Comm: alpha Not tainted 6.1.0 #1\n");
  CHECK(e.tells("line 4 → report 1 (CPU: likely by its caller id)"));
}

TEST_CASE("explain: what is dropped, and why") {
  const auto copy = explain(warning + warning);
  CHECK(copy.reports.size() == 1);
  CHECK(copy.told.back() == "report 2 is dropped: number 1 has its time, task and headline");
  const auto program = explain(
      "[    1.000000] CPU: 0 PID: 77 Comm: app Not tainted 6.1.0 #1\n"
      "[    1.000001] RIP: 0033:0x7f12a4b5c6d7\n");
  CHECK(program.reports.empty());
  CHECK(program.tells("line 1 → report 1 (opens: CPU without a header)"));
  CHECK(program.told.back() == "report 1 is dropped: registers without a headline and a trace are a program's");
}

TEST_CASE("explain: a report that goes on with an earlier one is told in it") {
  const auto stall = [](std::string_view second) {
    const auto at = "[   " + std::string(second) + "] ";
    return at + "watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [trig:115]\n" + at +
           "CPU: 1 PID: 115 Comm: trig Not tainted 6.1.0 #1\n" + at + "RIP: 0010:busy_loop+0x12/0x40\n" + at +
           "Call Trace:\n" + at + " busy_loop_thread+0x2b/0x50\n";
  };
  const auto e = explain(stall("30.000000") + stall("58.000000"));
  CHECK(e.reports.size() == 1);
  CHECK(e.tells("report 2 goes on with number 1, and is told in it"));
}

TEST_CASE("explain: nothing of a log or a name reaches a terminal as it stands") {
  const auto e = explain("[    1.000000] kernel BUG at evil\xe2\x80\xae.c:1!\x07\n", "a\x1b[31mb");
  CHECK(e.told.front() == "reading a\\x1b[31mb");
  for (const auto& line : e.told) {
    CHECK(line.find('\x07') == std::string::npos);
    CHECK(line.find("\xe2\x80\xae") == std::string::npos);
  }
}

}  // namespace unoops::test
