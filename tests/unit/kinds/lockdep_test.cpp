// Written after v6.1 kernel/locking/lockdep.c; the older words after v4.9's.
#include "catch.hpp"
#include "kinds/locks.hpp"
#include "read_reports.hpp"
#include "report/fact_names.hpp"

using namespace unoops;
using namespace unoops::kinds;
using namespace unoops::test;

TEST_CASE("a lock in each of its forms") {
  const auto old = read_lock(" (&bdev->bd_mutex){+.+.}, at: [<ffffffff8232bf0e>] blkdev_reread_part+0x1e/0x40");
  REQUIRE(old);
  CHECK(old->name == "&bdev->bd_mutex");
  CHECK(old->usage == "+.+.");
  REQUIRE(old->at);
  CHECK(old->at->ref.symbol == "blkdev_reread_part");
  const auto now = read_lock("ffff888026df22b8 ((work_completion)(&w->work)){.+.+}-{2:2}, at: kill_fasync+0x14b/0x460");
  REQUIRE(now);
  CHECK(now->name == "(work_completion)(&w->work)");
  CHECK(now->wait == "2:2");
  CHECK_FALSE(read_lock("foo (bar){....}"));
  CHECK_FALSE(read_lock("plain words"));
}

namespace {

constexpr std::string_view circular = R"(======================================================
WARNING: possible circular locking dependency detected
6.1.0 #1 Not tainted
------------------------------------------------------
trig/55 is trying to acquire lock:
ffffffffc0150a20 (lock_a){+.+.}-{3:3}, at: demo_ba+0x2f/0x60 [demo]

but task is already holding lock:
ffffffffc0150ac0 (lock_b){+.+.}-{3:3}, at: demo_ba+0x23/0x60 [demo]

which lock already depends on the new lock.


the existing dependency chain (in reverse order) is:

-> #1 (lock_b){+.+.}-{3:3}:
       __mutex_lock+0xe2/0xd60
       demo_ab+0x2f/0x60 [demo]

-> #0 (lock_a){+.+.}-{3:3}:
       __lock_acquire+0x1d5f/0x2be0
       demo_ba+0x2f/0x60 [demo]

other info that might help us debug this:

 Possible unsafe locking scenario:

       CPU0                    CPU1
       ----                    ----
  lock(lock_b);
                               lock(lock_a);
                               lock(lock_b);
  lock(lock_a);

 *** DEADLOCK ***

1 lock held by trig/55:
 #0: ffffffffc0150ac0 (lock_b){+.+.}-{3:3}, at: demo_ba+0x23/0x60 [demo]

stack backtrace:
CPU: 0 PID: 55 Comm: trig Not tainted 6.1.0 #1
Call Trace:
 <TASK>
 dump_stack_lvl+0x4c/0x5f
 check_noncircular+0x199/0x1c0
 demo_ba+0x2f/0x60 [demo]
 </TASK>
)";

}  // namespace

TEST_CASE("a circular dependency: chains are stacks, the wanted lock names it") {
  const auto r = read_report(circular);
  CHECK(kind_of(r) == "lockdep");
  CHECK(r.title == "possible deadlock in demo_ba");
  CHECK(r.fact(report::fact::wanted_lock) == "lock_a");
  CHECK(r.fact(report::fact::held_lock) == "lock_b");
  CHECK(r.comm == "trig");
  CHECK(symbols_of(r, "-> #1 (lock_b){+.+.}-{3:3}") == "__mutex_lock demo_ab");
  CHECK(symbols_of(r, "-> #0 (lock_a){+.+.}-{3:3}") == "__lock_acquire demo_ba");
  CHECK(symbols_of(r, "Call Trace") == "dump_stack_lvl check_noncircular demo_ba");
  CHECK_FALSE(r.corrupted);
  CHECK(std::ranges::find(r.messages, "                               lock(lock_a);") != r.messages.end());
}

TEST_CASE("the other splats") {
  const auto state = read_report(
      "WARNING: inconsistent lock state\n6.1.0 #1 Not tainted\n--------------------------------\ninconsistent "
      "{SOFTIRQ-ON-W} -> {IN-SOFTIRQ-W} usage.\n"
      "swapper/0/0 [HC0[0]:SC1[1]:HE1:SE0] takes:\nffff888114bf86a8 (&d->lock){+.?.}-{2:2}, at: "
      "demo_timer+0x79/0x480\n{SOFTIRQ-ON-W} state was registered at:\n"
      "  lock_acquire+0x2a6/0x770\n  demo_open+0x84/0x460\nstack backtrace:\nCPU: 0 PID: 0 Comm: swapper/0 Not tainted "
      "6.1.0 #1\nCall Trace:\n demo_timer+0x79/0x480\n");
  CHECK(state.title == "inconsistent lock state in demo_timer");
  CHECK(state.fact(report::fact::usage) == "{SOFTIRQ-ON-W} -> {IN-SOFTIRQ-W}");
  CHECK(symbols_of(state, "{SOFTIRQ-ON-W} state was registered at") == "lock_acquire demo_open");

  const auto rcu = read_report(
      "WARNING: suspicious RCU usage\n6.1.0 #1 Not tainted\n-----------------------------\ndrivers/demo.c:177 "
      "suspicious rcu_dereference_check() usage!\n\n"
      "other info that might help us debug this:\n\n\nrcu_scheduler_active = 2, debug_locks = 1\nno locks held by "
      "x/1.\n\nstack backtrace:\n"
      "CPU: 0 PID: 1 Comm: x Not tainted 6.1.0 #1\nCall Trace:\n lockdep_rcu_suspicious+0x123/0x170\n "
      "demo_find+0x2b4/0x3b0\n");
  CHECK(rcu.title == "WARNING: suspicious RCU usage in demo_find");
  CHECK(rcu.fact(report::fact::place) == "drivers/demo.c:177");

  const auto balance = read_report(
      "[ BUG: bad unlock balance detected! ]\n4.9.65 #95 Not tainted\n-------------------------------------\nx/1081 is "
      "trying to release lock (demo_lock) at:\n"
      "[<ffffffff834dea24>] demo_stop+0xe4/0x140\nbut there are no more locks to release!\nCPU: 1 PID: 1081 Comm: x "
      "Not tainted 4.9.65 #95\nCall Trace:\n"
      " [<ffffffff834dea24>] demo_stop+0xe4/0x140\n");
  CHECK(balance.title == "BUG: bad unlock balance in demo_stop");
  CHECK(balance.fact(report::fact::wanted_lock) == "demo_lock");

  const auto held = read_report(
      "WARNING: my comm/4398 still has locks held!\n5.9.0 #15 Not tainted\n------------------------------------\n1 "
      "lock held by my comm/4398:\n"
      " #0: ffffa00019769560 (rcu_read_lock){....}-{1:2}, at: demo_count+0x24/0x2f0\n\nstack backtrace:\nCall Trace:\n "
      "debug_check_no_locks_held+0x1/0x2\n get_signal+0x1a94/0x2400\n");
  CHECK(held.title == "WARNING: still has locks held in demo_count");
  CHECK(held.comm == "my comm");

  const auto freed = read_report(
      "WARNING: held lock freed!\n4.15.0 #250 Not tainted\n-------------------------\nx/3505 is freeing memory "
      "000000007fcba654-00000000499fef26, with a lock still held there!\n"
      " (sk_lock){+.+.}, at: [<00000000abe26b8e>] demo_wait+0x509/0x8d0\nCall Trace:\n kfree+0x1/0x2\n");
  CHECK(freed.title == "WARNING: held lock freed in demo_wait");

  const auto key = read_report(
      "INFO: trying to register non-static key.\nThe code is fine but needs lockdep annotation, or maybe\nyou didn't "
      "initialize this object before use?\n"
      "turning off the locking correctness validator.\nCPU: 0 PID: 1 Comm: x Not tainted 6.1.0 #1\nCall Trace:\n "
      "register_lock_class+0x1/0x2\n demo_detach+0x59/0x100\n");
  CHECK(key.title == "INFO: trying to register non-static key in demo_detach");

  CHECK(read_report("BUG: MAX_LOCKDEP_CHAINS too low!\nturning off the locking correctness validator.\n").title ==
        "BUG: MAX_LOCKDEP_CHAINS too low!");
}

TEST_CASE("an oops in the middle of a splat, without caller ids: its registers and trace are not lockdep's") {
  const auto reports = read_reports(
      "[  161.500000] WARNING: suspicious RCU usage\n[  161.500000] 6.1.0 #1 Not tainted\n[  161.600000] BUG: kernel "
      "NULL pointer dereference, address: 0000000000000074\n"
      "[  161.600000] #PF: supervisor read access in kernel mode\n[  161.600000] Oops: 0000 [#1] SMP\n[  161.600000] "
      "CPU: 1 PID: 17 Comm: other Not tainted 6.1.0 #1\n"
      "[  161.600000] RIP: 0010:demo_peek+0xb2/0x250\n[  161.600000] RSP: 0018:ffff8801c7edf780 EFLAGS: 00010046\n[  "
      "161.600000] RAX: 0000000000000000 RBX: ffff8801c7edf948 RCX: ffffffffffffffff\n"
      "[  161.600000] CR2: 0000000000000074 CR3: 00000001c6768000 CR4: 00000000001426e0\n[  161.600000] Call Trace:\n[ "
      " 161.600000]  demo_walk+0x72b/0xde0\n[  161.600000] ---[ end trace 0000000000000000 ]---\n");
  REQUIRE(reports.size() == 2);
  CHECK(kind_of(reports[0]) == "lockdep-rcu");
  CHECK(reports[0].registers.empty());
  CHECK(symbols_of(reports[0], "Call Trace").empty());
  CHECK(reports[0].corrupted);
  CHECK(symbols_of(reports[1], "pc") == "demo_peek");
  CHECK(symbols_of(reports[1], "Call Trace") == "demo_walk");
}

TEST_CASE("the CPU line of another task is not this report's") {
  const auto reports = read_reports(
      "BUG: KASAN: use-after-free in demo_get+0x1/0x20\nRead of size 4 at addr ffff88800289300c by task x/7\nCPU: 0 "
      "PID: 8 Comm: y Not tainted 6.1.0 #1\n"
      "CPU: 1 PID: 7 Comm: x Not tainted 6.1.0 #1\nCall Trace:\n demo_get+0x1/0x20\n");
  REQUIRE_FALSE(reports.empty());
  CHECK(reports[0].pid == 7);
  CHECK(reports[0].cpu == 1);
}
