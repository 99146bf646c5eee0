// Reports as kernels print them, cut to what tells their kind, title and key facts.
#include "catch.hpp"
#include "read_reports.hpp"
#include "report/fact_names.hpp"

using namespace unoops;
using test::read_reports;

namespace {

Report one(std::string_view log) {
  auto reports = read_reports(log);
  REQUIRE(reports.size() == 1);
  return std::move(reports[0]);
}

}  // namespace

TEST_CASE("a fault in a helper is its caller's") {
  const auto r = one(R"([    5.100000] BUG: kernel NULL pointer dereference, address: 0000000000000008
[    5.100000] #PF: supervisor read access in kernel mode
[    5.100000] #PF: error_code(0x0000) - not-present page
[    5.100000] Oops: 0000 [#1] PREEMPT SMP
[    5.100000] CPU: 1 PID: 115 Comm: trig Not tainted 6.1.0 #1
[    5.100000] RIP: 0010:memcpy_erms+0x6/0x10
[    5.100000] Call Trace:
[    5.100000]  <TASK>
[    5.100000]  demo_copy.cold+0x15/0x30 [demo]
[    5.100000]  __x64_sys_demo+0x15/0x30
[    5.100000]  do_syscall_64+0x55/0x80
[    5.100000]  </TASK>
[    5.100000] ---[ end trace 0000000000000000 ]---
)");
  CHECK(r.title == "BUG: unable to handle kernel NULL pointer dereference in demo_copy");
  CHECK(r.fault.address == 8);
  CHECK(r.die_number == 1);
  CHECK(r.severity == Severity::error);
}

TEST_CASE("one headline for every address: s390 and old powerpc tell NULL by the address") {
  CHECK(one("[    1.000000] CPU 0 Unable to handle kernel paging request at virtual address 0000000000000008, epc == "
            "80101234, ra == 80105678\n")
            .kind->id == "null-pointer-dereference");
  CHECK(one("[    1.000000] CPU 0 Unable to handle kernel paging request at virtual address ffff000000000008, epc == "
            "80101234, ra == 80105678\n")
            .kind->id == "page-fault");
  const auto user =
      one("[    1.000000] Unable to handle kernel access to user memory outside uaccess routines at virtual address "
          "0000000000000010\n");
  CHECK(user.kind->id == "page-fault");
  CHECK(user.title.starts_with("BUG: unable to handle kernel access to user memory in "));
}

TEST_CASE("BUG() of a checker is its caller's") {
  const auto r = one(
      R"([    5.100000] list_del corruption. prev->next should be ffff888001234568, but was dead000000000100. (prev=ffff888001234000)
[    5.100000] ------------[ cut here ]------------
[    5.100000] kernel BUG at lib/list_debug.c:59!
[    5.100000] invalid opcode: 0000 [#1] PREEMPT SMP
[    5.100000] CPU: 1 PID: 115 Comm: trig Not tainted 6.1.0 #1
[    5.100000] RIP: 0010:__list_del_entry_valid.cold+0x23/0x6f
[    5.100000] Call Trace:
[    5.100000]  <TASK>
[    5.100000]  demo_remove+0x15/0x30
[    5.100000]  </TASK>
[    5.100000] ---[ end trace 0000000000000000 ]---
)");
  CHECK(r.kind->id == "list-corruption");
  CHECK(r.title == "BUG: corrupted list in demo_remove");
  CHECK(r.line_first == 1);
  CHECK(r.fact(report::fact::place) == "lib/list_debug.c:59");
}

TEST_CASE("a Rust panic is titled by its message") {
  const auto r = one(R"([    5.100000][  T298] rust_kernel: panicked at drivers/demo/node.rs:877:13:
[    5.100000][  T298] attempt to subtract with overflow
[    5.100000][  T298] ------------[ cut here ]------------
[    5.100000][  T298] kernel BUG at rust/helpers/bug.c:7!
[    5.100000][  T298] Oops: invalid opcode: 0000 [#1] PREEMPT SMP
[    5.100000][  T298] CPU: 0 UID: 0 PID: 298 Comm: trig Not tainted 6.12.23 #0
[    5.100000][  T298] RIP: 0010:rust_helper_BUG+0x8/0x10
[    5.100000][  T298] Call Trace:
[    5.100000][  T298]  <TASK>
[    5.100000][  T298]  _RNvCscSpY9Juk0HT_7___rustc17rust_begin_unwind+0x164/0x170
[    5.100000][  T298]  _RNvNtCsaHL9KCHEmRD_4core9panicking9panic_fmt+0x84/0x90
[    5.100000][  T298]  _RNvNtCsaHL9KCHEmRD_4demo4node6update+0x84/0x90
[    5.100000][  T298]  </TASK>
)");
  CHECK(r.kind->id == "rust-panic");
  CHECK(r.title == "attempt to subtract with overflow in demo::node::update");
}

TEST_CASE("WARN()s of checkers") {
  const auto refcount = one(R"([    5.100000] ------------[ cut here ]------------
[    5.100000] refcount_t: underflow; use-after-free.
[    5.100000] WARNING: CPU: 1 PID: 115 at lib/refcount.c:28 refcount_warn_saturate+0xba/0x110
[    5.100000] CPU: 1 PID: 115 Comm: trig Not tainted 6.1.0 #1
[    5.100000] RIP: 0010:refcount_warn_saturate+0xba/0x110
[    5.100000] Call Trace:
[    5.100000]  <TASK>
[    5.100000]  demo_put+0x15/0x30
[    5.100000]  </TASK>
[    5.100000] ---[ end trace 0000000000000000 ]---
)");
  CHECK(refcount.title == "WARNING: refcount bug in demo_put");
  CHECK(refcount.severity == Severity::warning);

  const auto urb = one(R"([    5.100000] ------------[ cut here ]------------
[    5.100000] usb 1-1: BOGUS urb xfer, pipe 1 != type 3
[    5.100000] WARNING: CPU: 1 PID: 81 at drivers/usb/core/urb.c:478 usb_submit_urb+0x1188/0x1460
[    5.100000] CPU: 1 PID: 81 Comm: kworker/1:1 Not tainted 5.6.0 #0
[    5.100000] RIP: 0010:usb_submit_urb+0x1188/0x1460
[    5.100000] Call Trace:
[    5.100000]  usb_start_wait_urb+0x101/0x4c0
[    5.100000]  demo_probe+0x15/0x30
[    5.100000] ---[ end trace 0123456789abcdef ]---
)");
  CHECK(urb.title == "WARNING in demo_probe/usb_submit_urb");
}

TEST_CASE("a soft lockup is titled by the work that it interrupted") {
  const auto call = one(R"([   26.100000] watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [trig:115]
[   26.100000] CPU: 1 PID: 115 Comm: trig Not tainted 6.1.0 #1
[   26.100000] RIP: 0010:demo_spin+0x5/0x10
[   26.100000] Call Trace:
[   26.100000]  <TASK>
[   26.100000]  demo_deep+0x15/0x30
[   26.100000]  __x64_sys_futex+0x15/0x30
[   26.100000]  do_syscall_64+0x55/0x80
[   26.100000]  </TASK>
)");
  CHECK(call.title == "BUG: soft lockup in sys_futex");
  CHECK(call.cpu == 1);
  CHECK(call.fact(report::fact::stuck_seconds) == "26");

  const auto timer = one(R"([   26.100000] watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [swapper/1:0]
[   26.100000] CPU: 1 PID: 0 Comm: swapper/1 Not tainted 6.1.0 #1
[   26.100000] RIP: 0010:demo_spin+0x5/0x10
[   26.100000] Call Trace:
[   26.100000]  <IRQ>
[   26.100000]  demo_timer+0x15/0x30
[   26.100000]  call_timer_fn+0x27/0x130
[   26.100000]  __run_timers+0x222/0x2c0
[   26.100000]  __do_softirq+0xf0/0x2fe
[   26.100000]  </IRQ>
[   26.100000]  <TASK>
[   26.100000]  default_idle+0x27/0x130
[   26.100000]  do_idle+0x27/0x130
[   26.100000]  </TASK>
)");
  CHECK(timer.title == "BUG: soft lockup in demo_timer");

  const auto waits = one(R"([   26.100000] watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [trig:115]
[   26.100000] CPU: 1 PID: 115 Comm: trig Not tainted 6.1.0 #1
[   26.100000] RIP: 0010:smp_call_function_many_cond+0x105/0x3f0
[   26.100000] Call Trace:
[   26.100000]  <TASK>
[   26.100000]  on_each_cpu_cond_mask+0x15/0x30
[   26.100000]  demo_flush+0x15/0x30
[   26.100000]  do_syscall_64+0x55/0x80
[   26.100000]  </TASK>
)");
  CHECK(waits.title == "BUG: soft lockup in smp_call_function");
}

TEST_CASE("an RCU stall is titled by the stalled CPU, not by the grace-period kthread") {
  const auto r = one(R"([   26.100000] rcu: INFO: rcu_preempt self-detected stall on CPU
[   26.100000] rcu: 	1-....: (20999 ticks this GP) idle=a5c4/1/0x4000000000000000 softirq=100/100 fqs=5250
[   26.100000] 	(t=21000 jiffies g=1 q=2 ncpus=2)
[   26.100000] rcu: rcu_preempt kthread starved for 21000 jiffies! g1 f0x0 RCU_GP_WAIT_FQS(5) ->state=0x0 ->cpu=0
[   26.100000] rcu: RCU grace-period kthread stack dump:
[   26.100000] task:rcu_preempt     state:R  running task     stack:0     pid:15    ppid:2      flags:0x00004000
[   26.100000] Call Trace:
[   26.100000]  <TASK>
[   26.100000]  __schedule+0x351/0xa20
[   26.100000]  schedule+0x5d/0xe0
[   26.100000]  rcu_gp_fqs_loop+0x15/0x30
[   26.100000]  rcu_gp_kthread+0x15/0x30
[   26.100000]  kthread+0x15/0x30
[   26.100000]  ret_from_fork+0x15/0x30
[   26.100000]  </TASK>
[   26.100000] CPU: 1 PID: 115 Comm: kworker/1:0 Not tainted 6.1.0 #1
[   26.100000] Workqueue: events demo_work
[   26.100000] RIP: 0010:demo_spin+0x5/0x10
[   26.100000] Call Trace:
[   26.100000]  <TASK>
[   26.100000]  demo_work+0x15/0x30
[   26.100000]  process_one_work+0x15/0x30
[   26.100000]  worker_thread+0x15/0x30
[   26.100000]  </TASK>
)");
  CHECK(r.kind->id == "rcu-stall");
  CHECK(r.title == "INFO: rcu detected stall in demo_work");
  CHECK(r.fact(report::fact::rcu_flavour) == "rcu_preempt");
}

TEST_CASE("a watchdog's own frames are stepped over") {
  const auto r = one(R"([   26.100000] rcu: INFO: rcu_sched self-detected stall on CPU
[   26.100000] NMI backtrace for cpu 1
[   26.100000] CPU: 1 PID: 115 Comm: trig Not tainted 5.4.0 #1
[   26.100000] Call Trace:
[   26.100000]  <IRQ>
[   26.100000]  dump_stack+0x50/0x63
[   26.100000]  nmi_cpu_backtrace.cold+0x14/0x53
[   26.100000]  rcu_dump_cpu_stacks+0x9c/0xce
[   26.100000]  rcu_sched_clock_irq.cold+0x1a5/0x3b0
[   26.100000]  update_process_times+0x2c/0x60
[   26.100000]  tick_sched_timer+0x38/0x80
[   26.100000]  __hrtimer_run_queues+0xf7/0x270
[   26.100000]  hrtimer_interrupt+0x109/0x220
[   26.100000]  smp_apic_timer_interrupt+0x6f/0x130
[   26.100000]  apic_timer_interrupt+0xf/0x20
[   26.100000]  </IRQ>
[   26.100000] RIP: 0010:demo_spin+0x5/0x10
[   26.100000] RSP: 0018:ffffc90000543d90 EFLAGS: 00000246 ORIG_RAX: ffffffffffffff13
[   26.100000]  demo_read+0x15/0x30
[   26.100000]  vfs_read+0x9d/0x150
[   26.100000]  ksys_read+0x5f/0xe0
[   26.100000]  do_syscall_64+0x52/0x180
)");
  CHECK(r.title == "INFO: rcu detected stall in demo_read");
}

TEST_CASE("a hang is titled by what it waits for") {
  const auto r = one(R"([  243.100000] INFO: task a blocked:b:115 blocked for more than 120 seconds.
[  243.100000]       Tainted: G           OE      6.16.0 #1
[  243.100000] "echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
[  243.100000] task:a blocked:b     state:D stack:0     pid:115   tgid:115   ppid:114    flags:0x00000002
[  243.100000] Call Trace:
[  243.100000]  <TASK>
[  243.100000]  __schedule+0x351/0xa20
[  243.100000]  schedule+0x5d/0xe0
[  243.100000]  schedule_preempt_disabled+0x14/0x30
[  243.100000]  __mutex_lock.constprop.0+0x3b4/0x700
[  243.100000]  demo_hold+0x15/0x30
[  243.100000]  do_syscall_64+0x55/0x80
[  243.100000]  </TASK>
[  243.100000] INFO: task a blocked:b:115 is blocked on a mutex likely owned by task holder:12.
)");
  CHECK(r.title == "INFO: task hung in demo_hold");
  CHECK(r.comm == "a blocked:b");
  CHECK(r.pid == 115);
  CHECK(r.kernel.release == "6.16.0");
  CHECK(r.fact(report::fact::blocker) == "holder:12");

  const auto rtnl = one(R"([  243.100000] INFO: task kworker/1:0:17 can't die for more than 143 seconds.
[  243.100000] kworker/1:0     D26904    17      2 0x80004000
[  243.100000] Call Trace:
[  243.100000]  __schedule+0x94f/0x1e70
[  243.100000]  schedule+0xd9/0x260
[  243.100000]  mutex_lock_nested+0x16/0x20
[  243.100000]  rtnl_lock+0x17/0x20
[  243.100000]  demo_work+0xe/0x20
[  243.100000]  process_one_work+0x9af/0x1740
)");
  CHECK(rtnl.title == "INFO: task can't die in rtnl_lock");
}

TEST_CASE("atomicity") {
  const auto sleeping =
      one(R"([    5.100000] BUG: sleeping function called from invalid context at kernel/locking/mutex.c:580
[    5.100000] in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 115, name: trig
[    5.100000] preempt_count: 1, expected: 0
[    5.100000] CPU: 1 PID: 115 Comm: trig Not tainted 6.1.0 #1
[    5.100000] Call Trace:
[    5.100000]  <TASK>
[    5.100000]  dump_stack_lvl+0x44/0x5c
[    5.100000]  __might_resched.cold+0x10a/0x12d
[    5.100000]  mutex_lock+0x1d/0x40
[    5.100000]  demo_sleep+0x15/0x30
[    5.100000]  </TASK>
)");
  CHECK(sleeping.title == "BUG: sleeping function called from invalid context in demo_sleep");
  CHECK(sleeping.fact(report::fact::place) == "kernel/locking/mutex.c:580");
  CHECK(sleeping.comm == "trig");

  const auto preemptible = one(R"([    5.100000] BUG: using smp_processor_id() in preemptible [00000000] code: a/b/115
[    5.100000] caller is demo_cpu+0x15/0x30
[    5.100000] CPU: 1 PID: 115 Comm: a/b Not tainted 6.1.0 #1
[    5.100000] Call Trace:
[    5.100000]  dump_stack_lvl+0x44/0x5c
[    5.100000]  check_preemption_disabled+0xd1/0xe0
[    5.100000]  demo_cpu+0x15/0x30
)");
  CHECK(preemptible.title == "BUG: using smp_processor_id() in preemptible code in demo_cpu");
  CHECK(preemptible.comm == "a/b");

  const auto spinlock = one(R"([    5.100000] BUG: spinlock bad magic on CPU#1, trig/115
[    5.100000]  lock: 0xffff888001234568, .magic: 00000000, .owner: <none>/-1, .owner_cpu: 0
[    5.100000] CPU: 1 PID: 115 Comm: trig Not tainted 6.1.0 #1
[    5.100000] Call Trace:
[    5.100000]  dump_stack_lvl+0x44/0x5c
[    5.100000]  do_raw_spin_lock+0x6d/0xb0
[    5.100000]  demo_locked+0x15/0x30
)");
  CHECK(spinlock.title == "BUG: spinlock bad magic in demo_locked");
}

TEST_CASE("a work item's leak is titled by the function that it names") {
  const auto r = one(R"([    5.100000] BUG: workqueue leaked atomic, lock or RCU: kworker/0:0[4]
[    5.100000]      preempt=0x00000001 lock=0->0 RCU=0->0 workfn=demo_work
[    5.100000] CPU: 0 PID: 4 Comm: kworker/0:0 Not tainted 6.9.0 #1
[    5.100000] Call Trace:
[    5.100000]  dump_stack_lvl+0x44/0x5c
[    5.100000]  process_one_work+0x15/0x30
)");
  CHECK(r.title == "BUG: workqueue leaked atomic, lock or RCU in demo_work");
}

TEST_CASE("panics that tell their place") {
  const auto canary = one(
      R"([    5.100000] Kernel panic - not syncing: stack-protector: Kernel stack is corrupted in: demo_copy+0x7ea/0x7f0
[    5.100000] CPU: 1 PID: 115 Comm: trig Not tainted 6.1.0 #1
[    5.100000] Call Trace:
[    5.100000]  dump_stack_lvl+0x44/0x5c
[    5.100000]  panic+0x118/0x2f2
[    5.100000]  __stack_chk_fail+0x14/0x20
[    5.100000]  demo_copy+0x7ea/0x7f0
)");
  CHECK(canary.title == "kernel panic: stack is corrupted in demo_copy");
  CHECK(canary.severity == Severity::fatal);
  CHECK(one("[    1.000000] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(8,1)\n").title ==
        "kernel panic: VFS: Unable to mount root fs on unknown-block(NUM,NUM)");
  CHECK(one("[    1.000000] Kernel panic - not syncing: EXT4-fs (device sda1): panic forced after error\n").title ==
        "kernel panic: EXT4-fs (device sda1): panic forced after error");
  CHECK(
      one("[    1.000000] Kernel panic - not syncing: IO-APIC + timer doesn't work at 0xfee00000 on CPU 3!\n").title ==
      "kernel panic: IO-APIC + timer doesn't work at ADDR on CPU NUM!");
}

TEST_CASE("a panic that a lockup caused is no second report") {
  const auto r = one(R"([   26.100000] watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [trig:115]
[   26.100000] CPU: 1 PID: 115 Comm: trig Not tainted 6.1.0 #1
[   26.100000] RIP: 0010:demo_spin+0x5/0x10
[   26.100000] Call Trace:
[   26.100000]  demo_deep+0x15/0x30
[   26.100000]  do_syscall_64+0x55/0x80
[   26.100000] Kernel panic - not syncing: softlockup: hung tasks
)");
  CHECK(r.severity == Severity::fatal);
  REQUIRE(r.panic);
  CHECK(r.panic->reason == "softlockup: hung tasks");
}
