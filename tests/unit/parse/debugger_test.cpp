// Traces that crash(8) printed, in one input with the log of the same machine: one crash is one report.
#include <string>

#include "../kinds/read_reports.hpp"
#include "catch.hpp"

namespace unoops::test {
namespace {

std::string task(std::string_view pid, std::string_view comm, std::string_view cpu = "0") {
  return "PID: " + std::string(pid) + "      TASK: ffff8bcf42c16100  CPU: " + std::string(cpu) + "    COMMAND: \"" +
         std::string(comm) + "\"\n";
}

std::string backtrace(std::string_view function) {
  return task("127", "trig") +
         " #0 [ffffd20840403a18] panic at ffffffffb6801f99\n"
         " #1 [ffffd20840403ab8] page_fault_oops at ffffffffb5e87339\n"
         " #2 [ffffd20840403b60] asm_exc_page_fault at ffffffffb6a00c02\n"
         "    [exception RIP: " +
         std::string(function) +
         "+57]\n"
         "    RIP: ffffffffc060d1c9  RSP: ffffd20840403c10  RFLAGS: 00000202\n"
         "    RAX: 0000000000000000  RBX: ffffffffc060e960  RCX: 0000000000016000\n"
         "    ORIG_RAX: ffffffffffffffff  CS: 0010  SS: 0018\n"
         " #3 [ffffd20840403c10] courier_write at ffffffffc060b2d0 [courier]\n"
         " #4 [ffffd20840403ce8] vfs_write at ffffffffb6167227\n"
         " #5 [ffffd20840403f50] entry_SYSCALL_64_after_hwframe at ffffffffb6a00126\n"
         "    RIP: 000000000043a070  RSP: 00007fffccae3768  RFLAGS: 00000202\n"
         "    RAX: ffffffffffffffda  RBX: 00007fffccae3800  RCX: 000000000043a070\n"
         "    ORIG_RAX: 0000000000000001  CS: 0033  SS: 002b\n";
}

std::string oops(std::string_view function, bool panics = true) {
  return "[    6.943000] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
         "[    6.943001] #PF: supervisor read access in kernel mode\n"
         "[    6.943002] Oops: 0000 [#1] PREEMPT SMP\n"
         "[    6.943003] CPU: 0 PID: 127 Comm: trig Not tainted 6.1.0 #1\n"
         "[    6.943004] RIP: 0010:" +
         std::string(function) +
         "+0x39/0x70 [courier]\n"
         "[    6.943005] RSP: 0018:ffffd20840403c10 EFLAGS: 00000202\n"
         "[    6.943006] RAX: 0000000000000000 RBX: ffffffffc060e960 RCX: 0000000000016000\n"
         "[    6.943007] Call Trace:\n"
         "[    6.943008]  courier_write+0x60/0xb0 [courier]\n"
         "[    6.943009]  vfs_write+0xb7/0x3d0\n" +
         (panics ? "[    6.943010] ---[ end trace 0000000000000000 ]---\n"
                   "[    6.943011] Kernel panic - not syncing: Fatal exception\n"
                 : std::string());
}

std::size_t labelled(const Report& r, std::string_view label) {
  std::size_t count = 0;
  for (const auto& stack : r.stacks) count += stack.label == label;
  return count;
}

}  // namespace

TEST_CASE("a backtrace behind its log is a part of the log's report") {
  for (const bool panics : {true, false}) {
    CAPTURE(panics);
    const auto reports = read_reports(oops("courier_peek", panics) + "crash> bt\n" + backtrace("courier_peek"));
    REQUIRE(reports.size() == 1);
    const auto& r = reports[0];
    CHECK(r.kind->id == "null-pointer-dereference");
    CHECK(r.severity == Severity::fatal);
    CHECK(r.time_us == 6'943'000);
    CHECK(labelled(r, "task trig:127") == 1);
    CHECK(r.reg("RAX")->value == 0);
    CHECK(r.user_registers.empty());  // those are in the debugger's words alone
    CHECK(r.stacks.front().role == StackRole::pc);
    CHECK(r.stacks.front().frames.front().ref.address == 0xffffffffc060d1c9);
  }
}

TEST_CASE("a backtrace before its log is a part of the log's report, and its own panic is") {
  const auto reports = read_reports(backtrace("courier_peek") + "\n" + oops("courier_peek", false));
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].kind->id == "null-pointer-dereference");
  CHECK(reports[0].severity == Severity::fatal);
  CHECK(labelled(reports[0], "task trig:127") == 1);
}

TEST_CASE("a backtrace that is printed twice is taken once") {
  const auto bt = backtrace("courier_peek");
  const auto reports =
      read_reports(oops("courier_peek") + bt + "crash> bt -a\n" + bt + "\n" + task("0", "swapper/1", "1") +
                   " #0 [ffffd208400d0fc0] default_idle at ffffffffb5f08656\n");
  REQUIRE(reports.size() == 1);
  CHECK(labelled(reports[0], "task trig:127") == 1);
  CHECK(labelled(reports[0], "task swapper/1:0") == 1);
}

TEST_CASE("a backtrace of another crash is another report") {
  CHECK(read_reports(oops("courier_peek") + backtrace("courier_other")).size() == 2);
  CHECK(read_reports(backtrace("courier_other") + oops("courier_peek")).size() == 2);
  auto again = backtrace("courier_peek");  // the same bug, on another day
  again.replace(again.find("RSP: ffffd20840403c10"), 21, "RSP: ffffd20840a03c10");
  CHECK(read_reports(oops("courier_peek") + again).size() == 2);
  auto other = backtrace("courier_peek");
  other.replace(other.find("PID: 127"), 8, "PID: 128");
  CHECK(read_reports(oops("courier_peek") + other).size() == 2);
}

TEST_CASE("of two oopses of one task the backtrace belongs to that of its stack") {
  const auto reports =
      read_reports(oops("courier_first", false) + "[    6.943020] ---[ end trace 0000000000000000 ]---\n" +
                   oops("courier_peek") + backtrace("courier_peek"));
  REQUIRE(reports.size() == 2);
  CHECK(labelled(reports[0], "task trig:127") == 0);
  CHECK(labelled(reports[1], "task trig:127") == 1);
}

TEST_CASE("hung tasks are reported by the task that panics: its backtrace is theirs") {
  const std::string at = "[  120.000000] ";
  const auto log = at + "INFO: task waiter:115 blocked for more than 120 seconds.\n" + at +
                   "      Not tainted 6.1.0 #1\n" + at +
                   "task:waiter  state:D stack:0     pid:115   ppid:2      flags:0x00004000\n" + at + "Call Trace:\n" +
                   at + " __schedule+0x34d/0xa00\n" + at + " take_it+0x28/0x40\n" + at + " kthread+0xda/0x100\n" + at +
                   "Kernel panic - not syncing: hung_task: blocked tasks\n" + at +
                   "CPU: 1 PID: 28 Comm: khungtaskd Not tainted 6.1.0 #1\n" + at + "Call Trace:\n" + at +
                   " dump_stack_lvl+0x44/0x5c\n" + at + " panic+0x118/0x2f2\n" + at + " watchdog+0x1f5/0x330\n" + at +
                   " kthread+0xda/0x100\n";
  const auto reports = read_reports(log + task("28", "khungtaskd", "1") +
                                    " #0 [ffffd20840403a18] panic at ffffffffb6801f99\n"
                                    " #1 [ffffd20840403ab8] watchdog at ffffffffb5e87339\n"
                                    " #2 [ffffd20840403b38] kthread at ffffffffb68485d0\n");
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].kind->id == "hung-task");
}

}  // namespace unoops::test
