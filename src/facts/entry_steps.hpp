// The functions by which code of the kernel was entered, in the order in which they end a trace.
#pragma once

#include <array>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::facts {

struct EntryStep {
  std::string_view symbol;  // of the source
  char way;                 // s: system call, t: thread, b: boot and idle
  int step;
  bool last = false;
};

// v6.1 arch/x86/entry/entry_64.S, entry_64_compat.S, entry_32.S, arch/x86/kernel/head_64.S, arch/arm64/kernel/entry.S,
// syscall.c, arch/arm/kernel/entry-common.S, arch/s390/kernel/syscall.c, arch/powerpc/kernel/interrupt_64.S,
// init/main.c, kernel/kthread.c, kernel/sched/idle.c. "ret_from_fork_asm": v6.6
inline constexpr auto entry_steps = std::to_array<EntryStep>({
    {"do_syscall_64", 's', 1},
    {"do_int80_syscall_32", 's', 1},
    {"__do_fast_syscall_32", 's', 1},
    {"do_fast_syscall_32", 's', 2},
    {"do_SYSENTER_32", 's', 3},
    {"entry_SYSCALL_64_after_hwframe", 's', 4, true},
    {"entry_SYSCALL_64", 's', 4, true},
    {"entry_SYSCALL_compat_after_hwframe", 's', 4, true},
    {"entry_SYSENTER_compat_after_hwframe", 's', 4, true},
    {"entry_SYSENTER_32", 's', 4, true},
    {"entry_INT80_32", 's', 4, true},
    // to v4.x: arch/x86/kernel/entry_64.S, entry_32.S, arch/x86/ia32/ia32entry.S
    {"entry_SYSCALL_64_fastpath", 's', 4, true},
    {"entry_SYSCALL64_slow_path", 's', 4, true},
    {"entry_SYSENTER_compat", 's', 4, true},
    {"entry_INT80_compat", 's', 4, true},
    {"system_call_fastpath", 's', 4, true},
    {"tracesys", 's', 4, true},
    {"int_ret_from_sys_call", 's', 4, true},
    {"ia32_sysret", 's', 4, true},
    {"sysenter_dispatch", 's', 4, true},
    {"cstar_dispatch", 's', 4, true},
    {"sysenter_do_call", 's', 4, true},
    {"syscall_call", 's', 4, true},
    {"el0_svc_handler", 's', 3},
    {"el0_svc_naked", 's', 6, true},
    {"el0_sync_handler", 's', 5},
    {"el0_sync", 's', 6, true},
    {"invoke_syscall", 's', 1},
    {"el0_svc_common", 's', 2},
    {"do_el0_svc", 's', 3},
    {"el0_svc", 's', 4},
    {"el0t_64_sync_handler", 's', 5},
    {"el0t_64_sync", 's', 6, true},
    {"ret_fast_syscall", 's', 6, true},
    {"__do_syscall", 's', 1},
    {"system_call", 's', 2, true},
    {"system_call_exception", 's', 1},
    {"system_call_common", 's', 2, true},
    {"system_call_vectored_common", 's', 2, true},
    {"worker_thread", 't', 1},
    {"smpboot_thread_fn", 't', 1},
    {"kernel_init", 't', 1},
    {"kthread", 't', 2},
    {"ret_from_fork", 't', 3},
    {"ret_from_fork_asm", 't', 4, true},
    {"ret_from_kernel_thread", 't', 4, true},
    {"ret_from_kernel_user_thread", 't', 4, true},
    {"do_idle", 'b', 1},
    {"cpu_startup_entry", 'b', 2},
    {"start_secondary", 'b', 3},
    {"rest_init", 'b', 3},
    {"arch_call_rest_init", 'b', 4},
    {"start_kernel", 'b', 5},
    {"x86_64_start_reservations", 'b', 6},
    {"x86_64_start_kernel", 'b', 7},
    {"secondary_startup_64_no_verify", 'b', 8, true},
    {"secondary_startup_64", 'b', 8, true},
});

}  // namespace unoops::facts
