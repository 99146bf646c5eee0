// What is left of reports whose beginning is not in the log: kinds/lost_head.
#include "catch.hpp"
#include "unit/kinds/read_reports.hpp"

namespace unoops::test {

namespace {

struct Sample {
  const char* log;
  const char* kind;
  const char* title;
  Severity severity;
};

}  // namespace

TEST_CASE("what is left of a report tells what it was") {
  const auto sample = GENERATE(values<Sample>({
      {"Call Trace:\n dump_stack+0x45/0x56\n bad_page.part.1+0xc1/0x120\n free_pages_prepare+0x1/0x2\n "
       "quux_free+0x1/0x2\n",
       "bad-page", "BUG: Bad page state in quux_free", Severity::error},
      {"Call Trace:\n dump_stack+0x45/0x56\n __schedule_bug+0x4c/0x5d\n __schedule+0x1/0x2\n quux_wait+0x1/0x2\n",
       "scheduling-while-atomic", "BUG: scheduling while atomic in quux_wait", Severity::error},
      {"Call Trace:\n <IRQ>\n ? watchdog_timer_fn+0x1b8/0x220\n ? __hrtimer_run_queues+0x113/0x280\n </IRQ>\n <TASK>\n "
       "asm_sysvec_apic_timer_interrupt+0x16/0x20\n quux_poll+0x1/0x2\n __x64_sys_ioctl+0x1/0x2\n",
       "soft-lockup", "BUG: soft lockup in sys_ioctl", Severity::error},
      {"Call Trace:\n dump_stack+0x45/0x56\n panic+0xc8/0x1d7\n quux_fatal+0x1/0x2\n", "panic",
       "kernel panic in quux_fatal", Severity::fatal},
      {"Call Trace:\n dump_stack+0x45/0x56\n panic+0xc8/0x1d7\n __warn+0x1/0x2\n quux_check+0x1/0x2\n", "warning",
       "WARNING in quux_check", Severity::fatal},
      {"Call Trace:\n quux_read+0x1/0x2\n vfs_read+0x1/0x2\nKernel panic - not syncing: Fatal exception\n", "oops",
       "Oops in quux_read", Severity::fatal},
      {"RIP: 0010:quux_check+0x2/0x9\nCode: 90 90 <0f> 0b c3\nRSP: 0018:ffffc164c98c71b8 EFLAGS: 00010212\nCall "
       "Trace:\n "
       "quux_read+0x1/0x2\n vfs_read+0x1/0x2\n---[ end trace 0000000000000000 ]---\n",
       "warning", "WARNING in quux_check", Severity::warning},
      {"RIP: 0010:quux_check+0x2/0x9\nCode: 90 90 <0f> 0b c3\nRSP: 0018:ffffc164c98c71b8 EFLAGS: 00010212\nCall "
       "Trace:\n "
       "quux_read+0x1/0x2\n vfs_read+0x1/0x2\nModules linked in: quux\n---[ end trace 0000000000000000 ]---\n",
       "kernel-bug", "kernel BUG in quux_check", Severity::error},
      {"RIP: 0010:quux_read+0xe/0x20\nRSP: 0018:ffffb7cd010bfb88 EFLAGS: 00010282\nCR2: 0000000000000008 CR3: "
       "000000012cc10005 CR4: 00000000001706e0\nCall Trace:\n vfs_read+0x1/0x2\nCR2: 0000000000000008\n---[ end trace "
       "0000000000000000 ]---\n",
       "null-pointer-dereference", "BUG: unable to handle kernel NULL pointer dereference in quux_read",
       Severity::error},
      {"---[ end trace 0000000000000000 ]---\n", "oops", "Oops", Severity::error},
      {"note: quuxd[42] exited with preempt_count 1\n", "oops", "Oops", Severity::error},
      {"---[ end kernel panic - not syncing: Fatal exception in interrupt\n", "panic", "kernel panic: Fatal exception",
       Severity::fatal},
      {"kernel Panic -not syncing: Attempted to kill init! exitcode=0x00000009\n", "init-killed",
       "kernel panic: Attempted to kill init!", Severity::fatal},
      {"Call Trace:\n dump_stack+0x45/0x56\n quux_dump+0x1/0x2\n", "headless",
       "trace without its beginning in quux_dump", Severity::warning},
      {"quux: registered\nCall Trace:\n dump_stack+0x45/0x56\n quux_dump+0x1/0x2\n", "stack-dump",
       "stack dump in quux_dump", Severity::notice},
      {"LBUG\nCall Trace:\n dump_stack+0x45/0x56\n lbug_with_loc+0x47/0xb0\n quux_set+0x1/0x2\n", "failed-check",
       "LBUG in quux_set", Severity::error},
  }));
  CAPTURE(sample.log);
  const auto reports = read_reports(sample.log);
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].kind->id == sample.kind);
  CHECK(reports[0].title == sample.title);
  CHECK(reports[0].severity == sample.severity);
}

TEST_CASE("a program's registers are no report") {
  CHECK(read_reports("quuxd[42]: segfault at 0 ip 0000000000401136 sp 00007ffc10 error 4 in quuxd[401000+1000]\n"
                     "Code: 89 e5 <48> 8b 00\nRIP: 0033:0x401136\nCode: 89 e5 <48> 8b 00\n"
                     "RSP: 002b:00007ffc10000000 EFLAGS: 00010246\nRAX: 0000000000000000 RBX: 0000000000000000 RCX: "
                     "0000000000000000\n")
            .empty());
}

}  // namespace unoops::test
