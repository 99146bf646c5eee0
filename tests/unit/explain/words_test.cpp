// What the kernel's own words mean: a case a rule, and that it is silent where it is not sure.
#include "catch.hpp"
#include "report/fact_names.hpp"
#include "reports.hpp"

namespace unoops::test {

namespace {

Report said(std::string_view kind, std::vector<std::string> messages,
            std::vector<std::pair<FactName, std::string_view>> facts = {}) {
  auto r = report_of(kind);
  r.messages = std::move(messages);
  for (const auto& [name, value] : facts) r.set_fact(name, value);
  judge(r);
  return r;
}

void name_culprit(Report& r, std::size_t stack, std::size_t frame) {
  r.culprit_stack = stack;
  r.culprit_frame = frame;
}

}  // namespace

TEST_CASE("a word of the kernel's picks the sentence") {
  CHECK(says(said("refcount", {"refcount_t: underflow; use-after-free."}),
             "a reference was given back that nobody held"));
  CHECK(says(said("refcount", {"refcount_t: addition on 0; use-after-free."}), "whose counter was 0 already"));
  CHECK(says(said("slab", {}, {{report::fact::object_cache, "foo"}, {report::fact::bug_type, "Object already free"}}),
             "an object of foo was freed twice"));
  CHECK(says(said("spinlock", {}, {{report::fact::lock_bug, "wrong owner"}}),
             "released by a task that does not hold it"));
  CHECK(says(
      said("ubsan", {}, {{report::fact::bug_type, "array-index-out-of-bounds"}, {report::fact::detail, "index 26"}}),
      "an index lies outside its array: index 26"));
  CHECK(says(said("kmsan", {}, {{report::fact::bug_type, "kernel-infoleak"}}), "copied to user space"));
  CHECK(says(said("kcsan", {}, {{report::fact::bug_type, "assert: race"}}), "asserted that nobody writes"));
  CHECK(
      says(said("lockdep", {}, {{report::fact::problem, "recursive locking"}, {report::fact::wanted_lock, "&d->lock"}}),
           "a lock of the class &d->lock is taken while one of the same class is held"));
  CHECK(says(said("kasan", {}, {{report::fact::bug_type, "use-after-free"}}), "access: use-after-free"));
  CHECK(says(said("kasan", {}, {{report::fact::bug_type, "invalid-free"}}), "something was freed"));
  // An unknown word has the kind's own sentence.
  CHECK(
      says(said("spinlock", {}, {{report::fact::lock_bug, "something new"}}), "a spinlock was misused: something new"));
}

TEST_CASE("who points where in a corrupted list") {
  CHECK(
      says(said("list-corruption", {"list_del corruption. prev->next should be ffff01, but was ffff02. (prev=ffff03)"}),
           "the entry before (ffff03) points to ffff02, not to ffff01, which is to be removed"));
  CHECK(says(said("list-corruption",
                  {"list_add corruption. next->prev should be prev (ffff01), but was ffff02. (next=ffff03)."}),
             "the entry behind (ffff03) points to ffff02, not to ffff01"));
}

TEST_CASE("objects that are used against their state") {
  CHECK(says(said("debug-object",
                  {"ODEBUG: free active (active state 0) object type: timer_list hint: demo_timeout+0x0/0x30 [demo]"}),
             "a timer_list was freed while it is still active (demo_timeout)"));
  CHECK(says(
      said("debug-object", {"ODEBUG: assert_init not available (active state 0) object type: work_struct hint: 0x0"}),
      "a work_struct was used that was never initialised"));
}

TEST_CASE("a warning has no word of its own where lockdep's lines stand") {
  CHECK(says(said("warning", {"irq event stamp: 1613"}), "a check in the kernel's code failed"));
  CHECK(says(said("warning", {"WARNING: This is odd."}), "the kernel's code warns: This is odd."));
}

TEST_CASE("what was overwritten of a slab object") {
  const auto r =
      said("slab", {"Object   ffff8c77d574b370: 6b 6b 6b 6b 6b 6b 6b 6b 88 77 66 55 44 33 22 11  kkkkkkkk.wfUD3\"."},
           {{report::fact::bug_type, "Poison overwritten"},
            {report::fact::object_cache, "foo"},
            {report::fact::object_address, "0xffff8c77d574b350"},
            {report::fact::overwritten,
             "0xffff8c77d574b378-0xffff8c77d574b37f @offset=888. First byte 0x88 instead of 0x6b"}});
  CHECK(says(r, "8 bytes at +0x28 from the object's start were changed, now 88 77 66 55 44 33 22 11 instead of 0x6b"));
}

TEST_CASE("KASAN names the variable on the stack") {
  const auto r = said("kasan", {"[32, 56) 'buf'", "[96, 104) 'other' (line 12)"},
                      {{report::fact::stack_offset, "58"}, {report::fact::bug_type, "stack-out-of-bounds"}});
  CHECK(says(r, "2 bytes behind the variable 'buf' (24 bytes)"));
  CHECK_FALSE(has_rule(said("kasan", {"[32, 56) 'buf'"}), "out-of-bounds"));
}

TEST_CASE("a free and a use on one path of one task") {
  auto r = report_of("kasan");
  r.pid = 55;
  r.set_fact(report::fact::bug_type, "use-after-free");
  r.stacks = {stack("Call Trace", {"reader", "outer", "entry"}), stack("Freed by task 55", {"kfree", "outer"})};
  name_culprit(r, 0, 0);
  judge(r);
  CHECK(advises(r, "outer frees the object and then lets reader use it"));
  r.explanation = {};
  r.stacks[1] = stack("Freed by task 55", {"kfree", "reader"});
  judge(r);
  CHECK(advises(r, "reader frees the object and uses it afterwards"));
  r.explanation = {};
  r.stacks[1].label = "Freed by task 7";
  judge(r);
  CHECK(advises(r, "must not free it while"));
}

TEST_CASE("where to look in a stall is what ran, not the entry that the title names") {
  auto r = report_of("soft-lockup");
  r.stacks = {stack("pc", {"queued_spin_lock_slowpath"}), stack("Call Trace", {"_raw_spin_lock", "taker", "entry"})};
  r.stacks[1].context = Context::task;
  name_culprit(r, 1, 2);
  judge(r);
  CHECK(says(r, "it was in taker"));
  CHECK(says(r, "it spins on a lock that taker takes"));
  CHECK(advises(r, "find who holds that lock"));
  // Behind the watchdog's own interrupt there is nothing to take.
  r.explanation = {};
  r.stacks = {stack("Call Trace", {"watchdog_timer_fn", "asm_sysvec_apic_timer_interrupt", "delay_tsc", "entry"})};
  name_culprit(r, 0, 3);
  judge(r);
  CHECK_FALSE(r.explanation.look_stack);
}

TEST_CASE("a call of nothing: its caller stands in the link register") {
  auto r = report_of("null-pointer-dereference", "arm64");
  r.fault.address = 0;
  r.fault.access = Access::execute;
  r.site.operation = Operation::execute;
  r.stacks = {stack("pc", {""}), stack("lr", {"caller"}), stack("Call Trace", {"outer"})};
  r.stacks[0].frames[0].ref.address = 0;
  name_culprit(r, 2, 0);
  judge(r);
  CHECK(advises(r, "caller makes the call"));
}

TEST_CASE("who holds the lock that a hung task wants") {
  const std::vector<std::string> locks = {
      "2 locks held by trig/55:", " #0: ffff01 (sb_writers#5){.+.+}-{0:0}, at: ksys_write+0xcb/0x170",
      " #1: ffff02 (&dev->mutex#3){+.+.}-{3:3}, at: waiter+0x5b/0x80 [demo]",
      "1 lock held by kfowner/56:", " #0: ffff02 (&dev->mutex#3){+.+.}-{3:3}, at: owner+0x1d/0x40 [demo]"};
  auto r = report_of("hung-task");
  r.comm = "trig", r.pid = 55;
  r.messages = locks;
  r.stacks = {stack("Call Trace", {"__schedule", "schedule", "__mutex_lock", "waiter"})};
  judge(r);
  CHECK(says(r, "&dev->mutex#3 is held by kfowner (pid 56), taken in owner [demo]"));
  CHECK_FALSE(advises(r, "sysrq-d"));
  auto owner = report_of("hung-task");
  owner.comm = "kfowner", owner.pid = 56;
  owner.messages = locks;
  owner.stacks = {stack("Call Trace", {"__schedule", "schedule", "schedule_timeout", "msleep", "owner"})};
  judge(owner);
  CHECK(says(owner, "it holds &dev->mutex#3, taken in owner [demo], for which trig (pid 55) waits"));
  CHECK(advises(owner, "nobody holds it up"));
}

TEST_CASE("under what a sleeping function was called") {
  auto r = said("sleeping-in-atomic", {"in_atomic(): 1, irqs_disabled(): 1, non_block: 0, pid: 412, name: demo",
                                       "preempt_count: 1, expected: 0", "RCU nest depth: 1, expected: 0"});
  CHECK(says(r, "under a spinlock or preempt_disable(), with interrupts off, inside rcu_read_lock()"));
}

TEST_CASE("the work item in flight") {
  const auto r = said("workqueue-lockup", {}, {{report::fact::in_flight, "412:demo_work [demo], 9:other"}});
  CHECK(says(r, "in flight is demo_work [demo], run by task 412"));
}

TEST_CASE("where a lock is taken with interrupts on, and where in them") {
  auto r = report_of("lockdep");
  r.set_fact(report::fact::problem, "irq-unsafe order");
  r.set_fact(report::fact::wanted_lock, "&d->b");
  r.set_fact(report::fact::held_lock, "&d->a");
  r.stacks = {stack("... which became HARDIRQ-irq-safe at", {"lock_acquire", "_raw_spin_lock", "in_irq"}),
              stack("... which became HARDIRQ-irq-unsafe at", {"lock_acquire", "_raw_spin_lock", "opener"})};
  judge(r);
  CHECK(says(r, "&d->a is taken in an interrupt in in_irq"));
  CHECK(says(r, "&d->b is taken with interrupts on in opener"));
  CHECK(advises(r, "opener must take it with interrupts off"));
}

TEST_CASE("a value that the code itself holds was not overwritten") {
  auto r = report_of("general-protection-fault");
  r.site.operation = Operation::store;
  set_registers(r, {{"RBX", 0xffff777700000000}});
  set_operand(r, "RBX", 8);
  judge(r);
  CHECK(advises(r, "memtest86+"));
  r.explanation = {};
  r.code.bytes = {0x48, 0xbb, 0, 0, 0, 0, 0x77, 0x77, 0xff, 0xff};
  judge(r);
  CHECK_FALSE(advises(r, "memtest86+"));
  CHECK(says(r, "stands in the code as a constant"));
}

TEST_CASE("control protection by its error code") {
  auto r = report_of("control-protection");
  r.headline = "control protection: 0001 [#1] PREEMPT SMP NOPTI";
  judge(r);
  CHECK(says(r, "a return went to another address than the shadow stack holds"));
}

TEST_CASE("a stack that was written over, not overrun") {
  auto r = report_of("stack-overflow", "s390x");
  r.stacks = {stack("pc", {""})};
  r.stacks[0].frames[0].ref.address = 0x4141414141414141;
  judge(r);
  CHECK(says(r, "a return address on the stack was overwritten: the pc is 0x4141414141414141"));
}

TEST_CASE("memory in megabytes") {
  auto r = said("oom-kill",
                {"65406 pages RAM", "12718 pages reserved", " free:627 free_pcp:55",
                 " slab_reclaimable:2406 slab_unreclaimable:1664"},
                {{report::fact::victim, "hog"}, {report::fact::victim_anon_rss, "172336kB"}});
  CHECK(says(r, "which used 168 MB of its own"));
  CHECK(says(r, "of 205 MB usable memory, 2 MB were free, the kernel's own objects took 6 MB"));
}

TEST_CASE("symbols are missed only where they were looked for") {
  auto r = report_of("warning");
  r.stacks = {stack("Call Trace", {"foo"})};
  name_culprit(r, 0, 0);
  judge(r);
  CHECK_FALSE(advises(r, "vmlinux"));
  r.explanation = {};
  r.symbol_notes = {"vmlinux: not found"};
  judge(r);
  CHECK(advises(r, "the line can be named"));
}

}  // namespace unoops::test
