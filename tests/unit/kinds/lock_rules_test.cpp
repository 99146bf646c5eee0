// Locks and waits: who holds what, and who waits for whom.
#include "catch.hpp"
#include "report/fact_names.hpp"
#include "unit/explain/reports.hpp"

namespace unoops::test {

TEST_CASE("a cycle of locks is drawn once") {
  auto r = report_of("lockdep");
  r.set_fact(report::fact::problem, "circular dependency");
  r.stacks = {stack("-> #1 (&dev->lock2){+.+.}-{2:2}", {"__lock_acquire", "_raw_spin_lock", "takes_ab"}),
              stack("-> #0 (&dev->lock){+.+.}-{2:2}", {"__lock_acquire", "_raw_spin_lock", "takes_ba"})};
  judge(r);
  CHECK(says(r, "&dev->lock → &dev->lock2 → &dev->lock"));
  CHECK(says(r, "&dev->lock2 is taken in takes_ab while &dev->lock is held"));
}

TEST_CASE("where a lock is taken with interrupts on, and where in them") {
  auto r = report_of("lockdep");
  r.set_fact(report::fact::problem, "irq-unsafe order");
  r.set_fact(report::fact::wanted_lock, "&d->b");
  r.set_fact(report::fact::held_lock, "&d->a");
  r.set_fact(report::fact::irq_safe_lock, "&d->a");
  r.set_fact(report::fact::irq_unsafe_lock, "&d->b");
  r.stacks = {stack("... which became HARDIRQ-irq-safe at", {"lock_acquire", "_raw_spin_lock", "in_irq"}),
              stack("... which became HARDIRQ-irq-unsafe at", {"lock_acquire", "_raw_spin_lock", "opener"})};
  judge(r);
  CHECK(says(r, "an interrupt takes &d->a in in_irq"));
  CHECK(says(r, "&d->b is taken with interrupts on in opener"));
  CHECK(advises(r, "opener must take &d->b with interrupts off"));
}

TEST_CASE("the preempt count in words") {
  auto r = report_of("scheduling-while-atomic");
  r.set_fact(report::fact::preempt_count, "00010002");  // schedule() itself adds one
  judge(r);
  CHECK(says(r, "in a hardware interrupt, under a spinlock or preempt_disable()"));
  r.explanation = {};
  r.set_fact(report::fact::preempt_count, "00000000");
  judge(r);
  CHECK(says(r, "one preempt_enable() or spin_unlock() was too many"));
}

TEST_CASE("under what a sleeping function was called") {
  auto r = said("sleeping-in-atomic", {"in_atomic(): 1, irqs_disabled(): 1, non_block: 0, pid: 412, name: demo",
                                       "preempt_count: 1, expected: 0", "RCU nest depth: 1, expected: 0"});
  CHECK(says(r, "under a spinlock or preempt_disable(), with interrupts off, inside rcu_read_lock()"));
}

TEST_CASE("what a hung task waits for") {
  auto r = report_of("hung-task");
  r.stacks.push_back(stack(
      "Call Trace", {"__schedule", "schedule", "schedule_preempt_disabled", "__mutex_lock.constprop.0", "worker"}));
  r.set_fact(report::fact::blocker, "holder:12");
  judge(r);
  CHECK(says(r, "it waits for a mutex, asked for in worker"));
  CHECK(says(r, "held by holder:12"));
}

TEST_CASE("who holds the lock of a hung task, out of a memory dump") {
  auto r = report_of("hung-task");
  r.pid = 20;
  r.comm = "waiter";
  r.stacks.push_back(stack(
      "Call Trace", {"__schedule", "schedule", "schedule_preempt_disabled", "__mutex_lock.constprop.0", "worker"}));
  auto& locks = r.machine.emplace().locks;
  locks.push_back({.type = "struct mutex", .address = 0x1000, .waiting = {20}, .owner = 21, .owner_comm = "holder"});
  judge(r);
  CHECK(says(r, "the lock is held by holder (pid 21)"));
  CHECK(advises(r, "see in the stack of holder (pid 21) why it does not let go"));
  r.explanation = {};
  locks.push_back({.type = "struct mutex", .address = 0x2000, .waiting = {21}, .owner = 20, .owner_comm = "waiter"});
  judge(r);
  CHECK(says(r, "a deadlock (ABBA): waiter (pid 20) waits for holder (pid 21), holder (pid 21) for waiter (pid 20)"));
  CHECK(advises(r, "in one order on all paths"));
}

TEST_CASE("a chain of tasks that wait for each other's locks, out of a memory dump") {
  auto r = report_of("hung-task");
  r.pid = 20;
  r.comm = "first";
  r.stacks.push_back(stack("Call Trace", {"__schedule", "schedule", "__mutex_lock.constprop.0", "worker"}));
  auto& locks = r.machine.emplace().locks;
  locks.push_back({.type = "struct mutex", .address = 0x1000, .waiting = {20}, .owner = 21, .owner_comm = "second"});
  locks.push_back({.type = "struct mutex", .address = 0x2000, .waiting = {21}, .owner = 22, .owner_comm = "third"});
  judge(r);
  CHECK(says(r,
             "it is the end of a chain: first (pid 20) waits for second (pid 21), second (pid 21) for third (pid 22)"));
  CHECK(advises(r, "see in the stack of third (pid 22)"));
  locks.push_back({.type = "struct mutex", .address = 0x3000, .waiting = {22}, .owner = 21, .owner_comm = "second"});
  locks[1].owner = 22;
  r.explanation = {};
  judge(r);
  CHECK(says(r, "the lock is held by second (pid 21), which is in a deadlock or waits behind one"));
  CHECK(says(r, "a deadlock (ABBA): second (pid 21) waits for third (pid 22), third (pid 22) for second (pid 21)"));
  locks = {{.type = "struct mutex", .address = 0x1000, .waiting = {20}, .owner = 20, .owner_comm = "first"}};
  r.explanation = {};
  judge(r);
  CHECK(says(r, "a deadlock: first (pid 20) waits for a lock that it holds itself"));
}

TEST_CASE("a task that sleeps with the lock that others wait for, out of a memory dump") {
  auto r = report_of("hung-task");
  r.pid = 21;
  r.comm = "holder";
  r.stacks.push_back(stack("Call Trace", {"__schedule", "schedule", "schedule_timeout", "msleep", "owner"}));
  r.machine.emplace().locks.push_back(
      {.type = "struct mutex", .address = 0x1000, .waiting = {20, 22, 23}, .owner = 21, .owner_comm = "holder"});
  judge(r);
  CHECK(says(r, "it holds the struct mutex at 1000, for which a task (pid 20) and 2 more wait"));
  CHECK(advises(r, "with the lock held: in owner, let go"));
}

TEST_CASE("which CPUs spin on one lock, and who may hold it, out of a memory dump") {
  auto r = report_of("soft-lockup");
  r.cpu = 1;
  r.stacks.push_back(stack("Call Trace", {"native_queued_spin_lock_slowpath", "_raw_spin_lock", "worker"}));
  r.culprit_stack = 0, r.culprit_frame = 2;
  auto& machine = r.machine.emplace();
  machine.cpus = 3;
  machine.locks.push_back({.type = "struct qspinlock", .address = 0x1000, .spinning = {1, 0}});
  auto& handed = r.site.handed.emplace();
  handed.expression = "&dev->lock";
  handed.type = "spinlock_t";
  handed.confidence = Confidence::certain;
  r.tasks = {{.pid = 9, .comm = "worker", .state = 'R', .cpu = 1},
             {.pid = 0, .comm = "swapper/2", .state = 'R', .cpu = 2}};
  judge(r);
  CHECK(says(r, "CPU 0 and CPU 1 spin on the same lock, struct qspinlock dev->lock at 1000"));
  CHECK(says(r, "no other CPU is at work: one of them holds the lock already"));
  r.explanation = {};
  r.tasks[1] = {.pid = 7, .comm = "keeper", .state = 'R', .cpu = 2};
  judge(r);
  CHECK(says(r, "CPU 2, which runs keeper (pid 7), holds it"));
  CHECK(advises(r, "see in the state of CPU 2"));
  r.explanation = {};
  r.machine->locks[0].spinning = {0};  // another CPU's lock says nothing of this one
  judge(r);
  CHECK_FALSE(says(r, "spin on the same lock"));
  CHECK(says(r, "it spins on a lock that worker takes"));
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
  CHECK(advises(owner, "nothing holds it up"));
}

TEST_CASE("the work item in flight") {
  const auto r = said("workqueue-lockup", {}, {{report::fact::in_flight, "412:demo_work [demo], 9:other"}});
  CHECK(says(r, "in flight is demo_work [demo], run by task 412"));
}

}  // namespace unoops::test
