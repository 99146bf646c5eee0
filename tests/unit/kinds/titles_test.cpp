// Titles by what stands in the trace: the culprit of each kind must come out whatever generic code lies above it. The
// traces are what kernels of 4.4 to 6.12 print; functions of "demo" do not exist.
#include <string>
#include <vector>

#include "catch.hpp"
#include "read_reports.hpp"

using namespace unoops;
using test::read_reports;

namespace {

// "a b" as two frames.
std::string frames(std::string_view names) {
  std::string out;
  while (!names.empty()) {
    const auto name = names.substr(0, names.find(' '));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    out += " " + std::string(name) + "+0x15/0x230\n";
  }
  return out;
}

std::string stamped(std::string_view text) {
  std::string out;
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), text.find('\n') + 1)))
    out += "[    5.100000] " + std::string(text.substr(0, text.find('\n'))) + "\n";
  return out;
}

constexpr std::string_view cpu =
    "CPU: 1 PID: 412 Comm: demo Not tainted 6.1.0-demo #1\nHardware name: QEMU Standard PC\n";
constexpr std::string_view rip =
    "RIP: 0010:demo_spin+0x12/0x340\nCode: 00 00 <8b> 00\nRSP: 0018:ffffc900 EFLAGS: 00010246\n";
constexpr std::string_view end = "---[ end trace 0000000000000000 ]---\n";

std::string title_of(const std::string& text) {
  const auto reports = read_reports(stamped(text));
  if (reports.size() != 1) return std::to_string(reports.size()) + " reports";
  return (reports[0].corrupted ? "corrupted: " : "") + reports[0].title;
}

struct Case {
  std::string_view culprit, trace;
};

}  // namespace

TEST_CASE("a stall is named after the work that it interrupted") {
  static constexpr Case cases[] = {
      {"sys_getdents64", "demo_iter iterate_dir __x64_sys_getdents64 do_syscall_64 entry_SYSCALL_64_after_hwframe"},
      {"ext4_file_write_iter",
       "ext4_buffered_write_iter ext4_file_write_iter call_write_iter new_sync_write vfs_write ksys_write "
       "__x64_sys_write do_syscall_64 entry_SYSCALL_64_after_hwframe"},
      {"ext4_file_write_iter",
       "ext4_file_write_iter do_iter_readv_writev do_iter_write vfs_writev do_writev __x64_sys_writev do_syscall_64 "
       "entry_SYSCALL_64_after_hwframe"},
      {"demo_ioctl",
       "demo_bar demo_ioctl vfs_ioctl __do_sys_ioctl __se_sys_ioctl __x64_sys_ioctl do_syscall_64 "
       "entry_SYSCALL_64_after_hwframe"},
      {"tc_modify_qdisc",
       "demo_init qdisc_create tc_modify_qdisc rtnetlink_rcv_msg netlink_rcv_skb netlink_unicast netlink_sendmsg "
       "sock_sendmsg ____sys_sendmsg ___sys_sendmsg __sys_sendmsg do_syscall_64 entry_SYSCALL_64_after_hwframe"},
      {"udpv6_sendmsg",
       "udp_v6_send_skb udpv6_sendmsg sock_sendmsg_nosec sock_sendmsg __sys_sendto __x64_sys_sendto do_syscall_64 "
       "entry_SYSCALL_64_after_hwframe"},
      {"net_rx_action", "demo_a net_rx_action __do_softirq run_ksoftirqd smpboot_thread_fn kthread ret_from_fork"},
      {"net_rx_action",
       "demo_a net_rx_action handle_softirqs run_ksoftirqd smpboot_thread_fn kthread ret_from_fork ret_from_fork_asm"},
      {"ip_rcv",
       "ip_local_deliver ip_rcv_finish NF_HOOK ip_rcv __netif_receive_skb_one_core __netif_receive_skb process_backlog "
       "__napi_poll net_rx_action __do_softirq"},
      {"br_handle_frame",
       "br_handle_frame_finish br_handle_frame __netif_receive_skb_core __netif_receive_skb_one_core "
       "__netif_receive_skb process_backlog net_rx_action __do_softirq"},
      {"demo_timer_expire",
       "demo_timer_expire call_timer_fn expire_timers __run_timers run_timer_softirq __do_softirq"},
      {"demo_hrtimer", "demo_hrtimer __run_hrtimer __hrtimer_run_queues hrtimer_run_softirq __do_softirq"},
      {"demo_work", "demo_inner demo_work process_one_work worker_thread kthread ret_from_fork"},
      {"demo_work",
       "demo_inner demo_work process_one_work process_scheduled_works worker_thread kthread ret_from_fork "
       "ret_from_fork_asm"},
      {"demo_thread", "demo_inner demo_thread kthread ret_from_fork"},
      {"sock_close",
       "demo_release inet_release __sock_release sock_close __fput ____fput task_work_run exit_to_user_mode_loop "
       "syscall_exit_to_user_mode do_syscall_64 entry_SYSCALL_64_after_hwframe"},
      {"security_file_open",
       "tomoyo_file_open security_file_open do_dentry_open vfs_open do_open path_openat do_filp_open do_sys_openat2 "
       "__x64_sys_openat do_syscall_64 entry_SYSCALL_64_after_hwframe"},
      {"smp_call_function",
       "smp_call_function_many_cond smp_call_function_many on_each_cpu demo_bar __x64_sys_demo do_syscall_64 "
       "entry_SYSCALL_64_after_hwframe"},
      {"shmem_fault",
       "shmem_getpage_gfp shmem_fault __do_fault do_read_fault do_fault handle_pte_fault __handle_mm_fault "
       "handle_mm_fault do_user_addr_fault exc_page_fault asm_exc_page_fault"},
      {"handle_mm_fault",
       "do_anonymous_page __handle_mm_fault handle_mm_fault do_user_addr_fault exc_page_fault asm_exc_page_fault"},
      {"sys_clone",
       "copy_process kernel_clone __do_sys_clone __x64_sys_clone x64_sys_call do_syscall_64 "
       "entry_SYSCALL_64_after_hwframe"},
      {"sys_sendfile64",
       "do_splice_direct do_sendfile __do_sys_sendfile64 __se_sys_sendfile64 __x64_sys_sendfile64 do_syscall_64 "
       "entry_SYSCALL_64_after_hwframe"},
      {"sys_clock_adjtime",
       "do_adjtimex do_clock_adjtime __do_sys_clock_adjtime __x64_sys_clock_adjtime do_syscall_64 "
       "entry_SYSCALL_64_after_hwframe"},
      {"sys_bpf", "bpf_check bpf_prog_load __sys_bpf __x64_sys_bpf do_syscall_64 entry_SYSCALL_64_after_hwframe"},
      {"sys_exit_group",
       "exit_mmap mmput do_exit do_group_exit __x64_sys_exit_group do_syscall_64 entry_SYSCALL_64_after_hwframe"},
      {"sys_open", "path_openat do_filp_open do_sys_open sys_open entry_SYSCALL64_slow_path"},
      {"perf_read", "demo_x perf_read vfs_read ksys_read __x64_sys_read do_syscall_64"},
      {"ipv6_setsockopt",
       "do_ipv6_setsockopt ipv6_setsockopt __sys_setsockopt __x64_sys_setsockopt do_syscall_64 "
       "entry_SYSCALL_64_after_hwframe"},
      {"sock_common_setsockopt",
       "do_ipv6_setsockopt ipv6_setsockopt udpv6_setsockopt sock_common_setsockopt do_sock_setsockopt __sys_setsockopt "
       "__x64_sys_setsockopt do_syscall_64 entry_SYSCALL_64_after_hwframe"},
      {"i_callback", "i_callback rcu_do_batch rcu_core __do_softirq run_ksoftirqd smpboot_thread_fn kthread"},
      {"tasklet_fn",
       "tasklet_fn tasklet_action_common tasklet_action __do_softirq do_softirq __local_bh_enable_ip demo_xmit"},
      {"batadv_nc_worker",
       "batadv_nc_purge_paths batadv_nc_worker process_one_work worker_thread kthread ret_from_fork"},
      {"do_idle",
       "demo_notify cpuidle_enter_state cpuidle_enter do_idle cpu_startup_entry start_secondary "
       "secondary_startup_64_no_verify"},
      {"netlink_sendmsg",
       "ctrl_dumpfamily netlink_dump __netlink_dump_start genl_family_rcv_msg_dumpit genl_rcv_msg netlink_rcv_skb "
       "genl_rcv netlink_unicast netlink_sendmsg sock_sendmsg ____sys_sendmsg"},
      {"sys_mount",
       "demo_fill_super get_tree_bdev vfs_get_tree do_new_mount path_mount do_mount __do_sys_mount __se_sys_mount "
       "__x64_sys_mount do_syscall_64"},
  };
  for (const auto& [culprit, trace] : cases) {
    CAPTURE(trace);
    CHECK(title_of("rcu: INFO: rcu_preempt self-detected stall on CPU\n\t(t=10500 jiffies g=1233 q=5 ncpus=2)\n" +
                   std::string(cpu) + std::string(rip) + "Call Trace:\n <IRQ>\n </IRQ>\n <TASK>\n" + frames(trace) +
                   " </TASK>\n") == "INFO: rcu detected stall in " + std::string(culprit));
    // to v4.x RCU printed the trace from its own timer
    CHECK(
        title_of(
            "INFO: rcu_sched self-detected stall on CPU\n\t (t=21000 jiffies g=1 c=0 q=0)\nNMI backtrace for cpu 1\n" +
            std::string(cpu) + "Call Trace:\n <IRQ>\n" +
            frames("dump_stack nmi_cpu_backtrace nmi_trigger_cpumask_backtrace arch_trigger_cpumask_backtrace "
                   "rcu_dump_cpu_stacks check_cpu_stall rcu_check_callbacks update_process_times "
                   "tick_sched_handle tick_sched_timer __hrtimer_run_queues hrtimer_interrupt "
                   "smp_apic_timer_interrupt apic_timer_interrupt") +
            " </IRQ>\n" + std::string(rip) + frames(trace)) == "INFO: rcu detected stall in " + std::string(culprit));
    CHECK(title_of("watchdog: BUG: soft lockup - CPU#1 stuck for 143s! [demo:412]\nModules linked in:\n" +
                   std::string(cpu) + std::string(rip) + "Call Trace:\n" + frames(trace)) ==
          "BUG: soft lockup in " + std::string(culprit));
  }
}

TEST_CASE("a warning is named after who asked, not after who checked") {
  struct Warning {
    std::string_view title, place, function, trace;
  };
  static constexpr Warning cases[] = {
      {"WARNING in demo_bar", "net/demo.c:12", "demo_bar", "demo_ioctl"},
      {"WARNING: refcount bug in demo_bar", "lib/refcount.c:25", "refcount_warn_saturate",
       "__refcount_add refcount_inc kref_get demo_bar demo_ioctl"},
      {"WARNING: refcount bug in demo_bar", "lib/refcount.c:187", "refcount_sub_and_test_checked",
       "refcount_dec_and_test_checked kobject_put demo_bar demo_ioctl"},
      {"WARNING: ODEBUG bug in demo_bar", "lib/debugobjects.c:612", "debug_print_object",
       "__debug_check_no_obj_freed debug_check_no_obj_freed kfree demo_bar demo_ioctl"},
      {"WARNING: ODEBUG bug in demo_bar", "lib/debugobjects.c:612", "debug_print_object",
       "debug_object_activate debug_timer_activate __mod_timer mod_timer demo_bar demo_ioctl"},
      {"WARNING: ODEBUG bug in demo_bar", "lib/debugobjects.c:505", "debug_print_object",
       "debug_object_init_on_stack hrtimer_init_on_stack demo_bar demo_ioctl"},
      {"WARNING: ODEBUG bug in demo_bar", "lib/debugobjects.c:505", "debug_print_object",
       "debug_object_assert_init del_timer try_to_grab_pending __cancel_work_timer cancel_delayed_work_sync demo_bar "
       "demo_ioctl"},
      {"WARNING: kobject bug in demo_bar", "lib/kobject.c:672", "kobject_get", "get_device demo_bar demo_ioctl"},
      {"WARNING: kobject bug in demo_bar", "lib/kobject.c:240", "kobject_add_internal",
       "kobject_add_varg kobject_init_and_add demo_bar demo_ioctl"},
      {"WARNING: proc registration bug in demo_bar", "fs/proc/generic.c:376", "proc_register",
       "_proc_mkdir proc_mkdir_data proc_mkdir demo_bar demo_ioctl"},
      {"WARNING: proc registration bug in demo_bar", "fs/proc/generic.c:376", "proc_register",
       "proc_create_net_data demo_bar demo_ioctl"},
      {"WARNING: kmalloc bug in demo_bar", "mm/slab_common.c:1013", "kmalloc_slab",
       "__do_kmalloc __kmalloc kmalloc_array demo_bar demo_ioctl"},
      {"WARNING: kmalloc bug in demo_bar", "mm/util.c:597", "kvmalloc_node",
       "kvmalloc vmemdup_user demo_bar demo_ioctl"},
      {"WARNING: kmalloc bug in demo_bar", "mm/slab_common.c:1013", "kmalloc_slab",
       "__kmalloc_track_caller memdup_user demo_bar demo_ioctl"},
      {"WARNING: kmalloc bug in demo_bar", "mm/util.c:663", "__kvmalloc_node_noprof",
       "kvmalloc_array_node demo_bar demo_ioctl"},
      {"WARNING: zero-size vmalloc in demo_bar", "mm/vmalloc.c:3000", "__vmalloc_node_range",
       "__vmalloc_node vmalloc demo_bar demo_ioctl"},
      {"WARNING: zero-size vmalloc in demo_bar", "mm/vmalloc.c:3000", "__vmalloc_node_range_noprof",
       "__vmalloc_node_noprof vzalloc_noprof demo_bar demo_ioctl"},
      {"WARNING: locking bug in demo_bar", "kernel/locking/lockdep.c:5000", "__lock_acquire",
       "lock_acquire _raw_spin_lock_irqsave demo_bar demo_ioctl"},
      {"WARNING: locking bug in demo_bar", "kernel/locking/lockdep.c:3855", "lock_release",
       "_raw_spin_unlock demo_bar demo_ioctl"},
      {"WARNING: locking bug in demo_bar", "kernel/locking/lockdep.c:4000", "lock_downgrade",
       "downgrade_write demo_bar demo_ioctl"},
      {"WARNING: locking bug in demo_bar", "kernel/locking/lockdep.c:895", "look_up_lock_class",
       "register_lock_class __lock_acquire lock_acquire lock_sock_nested demo_bar demo_ioctl"},
      {"WARNING: locking bug in demo_bar", "kernel/locking/lockdep.c:895", "check_wait_context",
       "__lock_acquire lock_acquire __mutex_lock mutex_lock_nested demo_bar demo_ioctl"},
      {"WARNING: locking bug in demo_bar", "kernel/locking/lockdep.c:895", "__lock_release",
       "lock_release up_write demo_bar demo_ioctl"},
      {"WARNING: bad usercopy in demo_bar", "mm/usercopy.c:78", "usercopy_warn",
       "__check_heap_object __check_object_size demo_bar demo_ioctl"},
      {"WARNING in demo_bar/usb_submit_urb", "drivers/usb/core/urb.c:478", "usb_submit_urb",
       "usb_start_wait_urb usb_control_msg demo_bar demo_probe"},
      {"WARNING in demo_bar/usb_submit_urb", "drivers/usb/core/urb.c:478", "usb_submit_urb", "demo_bar demo_probe"},
      {"WARNING in demo_bar", "net/demo.c:1", "demo_bar", "demo_ioctl"},
  };
  for (const auto& [title, place, function, trace] : cases) {
    CAPTURE(function, trace);
    const std::string at = std::string(place) + " " + std::string(function) + "+0x12/0x340";
    const std::string call = frames(std::string(trace) + " __x64_sys_ioctl do_syscall_64");
    const std::string head = "------------[ cut here ]------------\nWARNING: CPU: 1 PID: 412 at " + at;
    const std::string pc = "RIP: 0010:" + std::string(function) + "+0x12/0x340\n";
    CHECK(title_of(head + "\nModules linked in:\n" + std::string(cpu) + pc + "Call Trace:\n" + call +
                   std::string(end)) == title);
    CHECK(title_of(head + "\nKernel panic - not syncing: panic_on_warn set ...\n\n" + std::string(cpu) +
                   "Call Trace:\n" +
                   frames("__dump_stack dump_stack panic __warn report_bug fixup_bug do_error_trap do_invalid_op "
                          "invalid_op") +
                   pc + call + "Kernel Offset: disabled\n") == title);
    CHECK(title_of(head + "()\nModules linked in:\n" + std::string(cpu) + "Call Trace:\n" +
                   frames("dump_stack warn_slowpath_common warn_slowpath_null") + call + std::string(end)) == title);
  }
}

TEST_CASE("a hang is named after what is waited for") {
  static constexpr Case cases[] = {
      {"rtnl_lock", "__schedule schedule schedule_preempt_disabled __mutex_lock mutex_lock_nested rtnl_lock demo_open"},
      {"synchronize_rcu", "__schedule schedule synchronize_rcu_expedited synchronize_net demo_close"},
      {"synchronize_rcu", "__schedule schedule schedule_timeout wait_for_completion __synchronize_srcu demo_close"},
      {"demo_close",
       "__schedule schedule schedule_timeout wait_for_completion __flush_work __cancel_work_timer demo_close"},
      {"demo_read", "__schedule schedule io_schedule folio_wait_bit_common demo_read"},
      {"demo_write",
       "__schedule schedule rwsem_down_write_slowpath __down_write_common down_write_killable demo_write"},
      {"demo_stop", "__schedule schedule rcu_barrier demo_stop"},
  };
  for (const auto& [culprit, trace] : cases) {
    CAPTURE(trace);
    for (const auto& [how, title] :
         {std::pair("blocked", "INFO: task hung in "), std::pair("can't die", "INFO: task can't die in ")})
      CHECK(title_of("INFO: task demo:412 " + std::string(how) +
                     " for more than 143 seconds.\n      Not tainted 6.1.0-demo #1\n\"echo 0 > "
                     "/proc/sys/kernel/hung_task_timeout_secs\" disables this message.\ntask:demo            state:D "
                     "stack:    0 pid:  412 ppid:     1 flags:0x00004004\nCall Trace:\n" +
                     frames(trace)) == title + std::string(culprit));
  }
}

TEST_CASE("a panic's numbers are not part of its title") {
  const auto title = [](std::string_view reason) {
    return title_of("Kernel panic - not syncing: " + std::string(reason) + "\n" + std::string(cpu) + "Call Trace:\n" +
                    frames("dump_stack panic demo_mount __x64_sys_mount do_syscall_64"));
  };
  CHECK(title("VFS: Unable to mount root fs on unknown-block(8,1)") ==
        "kernel panic: VFS: Unable to mount root fs on unknown-block(NUM,NUM)");
  CHECK(title("Attempted to kill init! exitcode=0x00000009") == "kernel panic: Attempted to kill init!");
  CHECK(title("demo: bad slot 17 at ffff888012345678, drivers/demo.c:12") ==
        "kernel panic: demo: bad slot NUM at ADDR, drivers/demo.c:LINE");
  CHECK(title("Fatal exception") == "corrupted: kernel panic: Fatal exception");
}

TEST_CASE("a report whose lines got mixed is trusted as far as its culprit was told before") {
  const auto warning = [](std::string_view before, std::string_view after) {
    const auto reports = read_reports(stamped(
        "------------[ cut here ]------------\nWARNING: CPU: 1 PID: 412 at lib/refcount.c:25 "
        "refcount_warn_saturate+0x12/0x340\n" +
        std::string(cpu) + "RIP: 0010:refcount_warn_saturate+0x12/0x340\nCall Trace:\n" + frames(before) +
        "BUG: sleeping function called from invalid context at mm/slab.h:494\n" + frames(after) + std::string(end)));
    return reports.empty() ? std::string("none") : (reports[0].corrupted ? "corrupted: " : "") + reports[0].title;
  };
  CHECK(warning("demo_get demo_open", "vfs_open do_open") == "WARNING: refcount bug in demo_get");
  CHECK(warning("kref_get", "demo_get demo_open vfs_open") == "corrupted: WARNING: refcount bug in demo_get");
}
