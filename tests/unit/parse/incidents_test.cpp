// What only goes on with a report is told in it; unfolded, each is a report of its own that follows the first.
#include <string>
#include <vector>

#include "../kinds/read_reports.hpp"
#include "catch.hpp"

namespace unoops::test {
namespace {

std::string stall(std::string_view second, std::string_view pid = "115", std::string_view function = "busy_loop") {
  const auto at = "[   " + std::string(second) + "] ", task = " trig:" + std::string(pid) + "]\n";
  return at + "watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [trig:" + std::string(pid) + "]\n" + at +
         "CPU: 1 PID: " + std::string(pid) + " Comm: trig Not tainted 6.1.0 #1\n" + at +
         "RIP: 0010:" + std::string(function) + "+0x12/0x40\n" + at + "Call Trace:\n" + at + " <TASK>\n" + at + " " +
         std::string(function) + "_thread+0x2b/0x50\n" + at + " kthread+0xda/0x100\n" + at +
         " ret_from_fork+0x22/0x30\n" + at + " </TASK>\n";
}

std::string hung(std::string_view second, std::string_view comm, std::string_view pid, std::string_view function) {
  const auto at = "[  " + std::string(second) + "] ";
  return at + "INFO: task " + std::string(comm) + ":" + std::string(pid) + " blocked for more than 120 seconds.\n" +
         at + "      Not tainted 6.1.0 #1\n" + at +
         "\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" disables this message.\n" + at +
         "task:" + std::string(comm) + "  state:D stack:0     pid:" + std::string(pid) +
         "   ppid:2      flags:0x00004000\n" + at + "Call Trace:\n" + at + " <TASK>\n" + at +
         " __schedule+0x34d/0xa00\n" + at + " schedule+0x5a/0xd0\n" + at + " " + std::string(function) +
         "+0x28/0x40\n" + at + " kthread+0xda/0x100\n" + at + " </TASK>\n";
}

const std::string kasan =
    "[    9.000000] ==================================================================\n"
    "[    9.000001] BUG: KASAN: null-ptr-deref in ring_sum+0x49/0x70\n"
    "[    9.000002] Read of size 4 at addr 0000000000000040 by task trig/55\n"
    "[    9.000003] CPU: 0 PID: 55 Comm: trig Not tainted 6.1.0 #1\n"
    "[    9.000004] Call Trace:\n"
    "[    9.000005]  dump_stack_lvl+0x34/0x48\n"
    "[    9.000006]  kasan_report+0xa5/0x120\n"
    "[    9.000007]  ring_sum+0x49/0x70\n"
    "[    9.000008]  vfs_write+0x1d/0x40\n"
    "[    9.000009] ==================================================================\n";

std::string oops(std::string_view address) {
  return "[    9.100000] BUG: kernel NULL pointer dereference, address: " + std::string(address) +
         "\n"
         "[    9.100001] #PF: supervisor read access in kernel mode\n"
         "[    9.100002] #PF: error_code(0x0000) - not-present page\n"
         "[    9.100003] Oops: 0000 [#1] PREEMPT SMP KASAN\n"
         "[    9.100004] CPU: 0 PID: 55 Comm: trig Tainted: G    B            6.1.0 #1\n"
         "[    9.100005] RIP: 0010:ring_sum+0x49/0x70\n"
         "[    9.100006] Code: 48 83 c3 10 <03> 6b f0 4c 39 e3\n"
         "[    9.100007] RSP: 0018:ffffc900001dfbb8 EFLAGS: 00000282\n"
         "[    9.100008] RAX: 0000000000000001 RBX: 0000000000000050 RCX: ffffffff93e9c511\n"
         "[    9.100009] CR2: " +
         std::string(address) +
         " CR3: 0000000002865000 CR4: 00000000000006f0\n"
         "[    9.100010] Call Trace:\n"
         "[    9.100011]  vfs_write+0x1d/0x40\n"
         "[    9.100012] ---[ end trace 0000000000000000 ]---\n"
         "[    9.100013] Kernel panic - not syncing: Fatal exception\n";
}

std::string warning(std::string_view second, std::string_view line, std::string_view task) {
  const auto at = "[  " + std::string(second) + "] ", who = "PID: " + std::string(task);
  return at + "WARNING: CPU: 1 " + who + " at fs/foo.c:" + std::string(line) + " foo_put+0x12/0x40\n" + at + "CPU: 1 " +
         who + " Comm: trig Not tainted 6.1.0 #1\n" + at + "Call Trace:\n" + at + " <TASK>\n" + at +
         " foo_put+0x12/0x40\n" + at + " kthread+0xda/0x100\n" + at + " </TASK>\n" + at +
         "---[ end trace 0000000000000000 ]---\n";
}

}  // namespace

TEST_CASE("a stall that is told again is one report") {
  const auto log = stall("10.000000") + stall("36.000000") + stall("62.000000");
  const auto reports = read_reports(log);
  REQUIRE(reports.size() == 1);
  REQUIRE(reports[0].followed_by.size() == 2);
  CHECK(reports[0].followed_by[1].time_us == 62'000'000);
  CHECK(reports[0].line_last == 27);

  const auto each = read_reports(log, false);
  REQUIRE(each.size() == 3);
  CHECK(each[2].follows == 1);  // whose part it would be
  CHECK(each[0].followed_by.empty());
}

TEST_CASE("stalls of other tasks and in other functions are other reports") {
  const auto reports =
      read_reports(stall("10.000000") + stall("36.000000", "116") + stall("62.000000", "115", "other"));
  CHECK(reports.size() == 3);
}

TEST_CASE("the tasks that hang with another are told in its report, with their traces") {
  const auto log = hung("120.000000", "waiter", "115", "take_it") + hung("120.100000", "owner", "116", "hold_it") +
                   hung("240.000000", "waiter", "115", "take_it") + hung("240.100000", "owner", "116", "hold_it");
  const auto reports = read_reports(log);
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].title == "INFO: task hung in take_it");
  REQUIRE(reports[0].followed_by.size() == 3);
  CHECK(reports[0].followed_by[0].title == "INFO: task hung in hold_it");
  CHECK(reports[0].followed_by[0].comm == "owner");
  std::size_t shown = 0;
  for (const auto& stack : reports[0].stacks)
    shown += stack.label == "task owner:116" && stack.occurrence != Occurrence::again;
  CHECK(shown == 1);
}

TEST_CASE("the oops of the access that KASAN reported gives it registers, code and the panic") {
  const auto reports = read_reports(kasan + oops("0000000000000040"));
  REQUIRE(reports.size() == 1);
  const auto& r = reports[0];
  CHECK(r.kind->id == "kasan");
  CHECK(r.severity == Severity::fatal);
  CHECK(r.panic->reason == "Fatal exception");
  CHECK(r.reg("RBX")->value == 0x50);
  CHECK(r.code.fault_offset == 4u);
  CHECK(r.followed_by.at(0).kind->id == "null-pointer-dereference");
}

TEST_CASE("an oops of another access is another report") {
  const auto reports = read_reports(kasan + oops("0000000000000008"));
  REQUIRE(reports.size() == 2);
  CHECK(reports[1].follows == 1);
}

TEST_CASE("what was handed out already is followed, not gone on with") {
  std::vector<Report> out;
  Decoder decoder({}, [&](ParsedReport&& report) { out.push_back(*report); });
  decoder.feed(stall("10.000000"));
  decoder.flush();
  decoder.feed(stall("36.000000"));
  decoder.finish();
  REQUIRE(out.size() == 2);
  CHECK(out[1].follows == 1);
}

TEST_CASE("a stall's repetition that was cut short goes on with it and is told as damage") {
  const auto again = stall("36.000000");
  const auto reports = read_reports(stall("10.000000") + again.substr(0, again.find("Call Trace")));
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].followed_by.size() == 1);
  CHECK_FALSE(reports[0].corrupted);
  CHECK_FALSE(reports[0].defects.empty());
}

TEST_CASE("a check that fails again in its place is one report, whoever ran into it") {
  const auto log =
      warning("10.000000", "12", "7") + warning("400.000000", "12", "8") + warning("500.000000", "31", "8");
  const auto reports = read_reports(log);
  REQUIRE(reports.size() == 2);
  REQUIRE(reports[0].followed_by.size() == 1);
  CHECK(reports[0].followed_by[0].pid == 8);
  CHECK(reports[0].stacks.back().occurrence == Occurrence::again);
  CHECK(reports[1].followed_by.empty());

  const auto each = read_reports(log, false);
  REQUIRE(each.size() == 3);
  CHECK_FALSE(each[0].follows);
  CHECK(each[1].follows == 1);
  CHECK_FALSE(each[2].follows);
}

TEST_CASE("events of three devices by turns are three reports") {
  std::string log;
  for (int i = 0; i < 300; ++i) {
    const auto at = "[ " + std::to_string(100 + i) + ".000000] pcieport 0000:00:1c." + std::to_string(i % 3) + ": ";
    log += at + "AER: Corrected error received: id=00e" + std::to_string(i % 3) + "\n" + at +
           "PCIe Bus Error: severity=Corrected, type=Physical Layer, id=00e" + std::to_string(i % 3) +
           "(Receiver ID)\n" + at + "  device [8086:a115] error status/mask=00000001/00002000\n" + at +
           "   [ 0] Receiver Error         (First)\n";
  }
  const auto reports = read_reports(log);
  REQUIRE(reports.size() == 3);
  for (const auto& r : reports) CHECK(r.followed_by.size() == 99);
}

}  // namespace unoops::test
