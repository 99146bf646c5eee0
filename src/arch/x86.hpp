// What i386 and x86-64 share.
#pragma once

#include "arch/arch.hpp"
#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"
#include "grammar/scanner.hpp"

namespace unoops::arch {

inline constexpr InterruptBits x86_interrupt_bits[] = {{"EFLAGS", 1 << 9, true, "IF"}};

void decode_x86_fault(Report&);

// CR2 of a page fault whose header did not tell the address.
void take_cr2(Scanner rest, ReportBuilder&);

inline constexpr std::string_view x86_control_registers[] = {"EFLAGS", "RFLAGS", "CR0",  "CR4",
                                                             "DR6",    "DR7",    "EFER", "PKRU"};

// Of the 64-bit and of the 32-bit kernel, for the newer runs the older's programs: arch/x86/entry, arch/x86/mm/fault.c,
// arch/x86/kernel/{traps,irq,head_64,process}.c; to v4.x arch/x86/kernel/entry_{32,64}.S, arch/x86/ia32/ia32entry.S.
inline constexpr EntryCode x86_entry_code{
    .exception =
        "asm_exc_* exc_* do_error_trap* do_trap* do_invalid_op invalid_op do_general_protection general_protection "
        "do_double_fault double_fault do_divide_error divide_error do_int3 int3 __do_page_fault do_user_addr_fault* "
        "do_kern_addr_fault* handle_page_fault* page_fault* async_page_fault trace_do_page_fault no_context* bad_area* "
        "__bad_area* kernelmode_fixup_or_oops* error_entry error_code error_exit common_exception* idtentry_* "
        "fixup_exception* do_nmi nmi end_repeat_nmi first_nmi default_do_nmi nmi_handle* nmi_restore paranoid_* "
        "ret_from_exception stack_segment",
    .interrupt =
        "asm_sysvec_* sysvec_* __sysvec_* asm_common_interrupt common_interrupt* __common_interrupt "
        "apic_timer_interrupt smp_apic_timer_interrupt smp_trace_apic_timer_interrupt* trace_apic_timer_interrupt "
        "smp_call_function_single_interrupt call_function_single_interrupt reschedule_interrupt do_IRQ ret_from_intr "
        "retint_* call_on_stack call_softirq run_on_irqstack* asm_call_*",
    .system_call =
        "do_syscall_64* do_syscall_x64 x64_sys_call do_syscall_32* __do_fast_syscall_32 do_fast_syscall_32 do_int80_* "
        "do_SYSENTER_32 entry_SYSCALL_* entry_SYSCALL64_* entry_SYSENTER_* entry_INT80_* system_call* sysenter_* "
        "cstar_* ia32_sys_call tracesys* syscall_call int_ret_from_sys_call",
    .around_calls = "ia32_* ret_from_sys_call stub_* ptregs_*",
    .idle =
        "native_safe_halt pv_native_safe_halt safe_halt mwait_idle* x86_64_start_secondary "
        "secondary_startup* start_cpu*",
    .thread = "kernel_thread_helper child_rip",
    .boot = "x86_64_start_* i386_start_kernel startup_32*",
};

inline constexpr EntryStep x86_entry_steps[] = {
    {"do_syscall_64", EntryWay::system_call, 1},
    {"do_int80_syscall_32", EntryWay::system_call, 1},
    {"__do_fast_syscall_32", EntryWay::system_call, 1},
    {"do_fast_syscall_32", EntryWay::system_call, 2},
    {"do_SYSENTER_32", EntryWay::system_call, 3},
    {"entry_SYSCALL_64_after_hwframe", EntryWay::system_call, 4, true},
    {"entry_SYSCALL_64", EntryWay::system_call, 4, true},
    {"entry_SYSCALL_compat_after_hwframe", EntryWay::system_call, 4, true},
    {"entry_SYSENTER_compat_after_hwframe", EntryWay::system_call, 4, true},
    {"entry_SYSENTER_32", EntryWay::system_call, 4, true},
    {"entry_INT80_32", EntryWay::system_call, 4, true},
    // to v4.x
    {"entry_SYSCALL_64_fastpath", EntryWay::system_call, 4, true},
    {"entry_SYSCALL64_slow_path", EntryWay::system_call, 4, true},
    {"entry_SYSENTER_compat", EntryWay::system_call, 4, true},
    {"entry_INT80_compat", EntryWay::system_call, 4, true},
    {"system_call_fastpath", EntryWay::system_call, 4, true},
    {"tracesys", EntryWay::system_call, 4, true},
    {"int_ret_from_sys_call", EntryWay::system_call, 4, true},
    {"ia32_sysret", EntryWay::system_call, 4, true},
    {"sysenter_dispatch", EntryWay::system_call, 4, true},
    {"cstar_dispatch", EntryWay::system_call, 4, true},
    {"sysenter_do_call", EntryWay::system_call, 4, true},
    {"syscall_call", EntryWay::system_call, 4, true},
    {"ret_from_fork_asm", EntryWay::thread, 4, true},  // v6.6
    {"x86_64_start_reservations", EntryWay::boot, 6},
    {"x86_64_start_kernel", EntryWay::boot, 7},
    {"secondary_startup_64_no_verify", EntryWay::boot, 8, true},
    {"secondary_startup_64", EntryWay::boot, 8, true},
};

inline constexpr PcWords x86_pc_words[] = {
    {"RIP:", PcKind::exact},  // arch/x86/kernel/dumpstack.c, show_ip()
    {"RIP", PcKind::exact},   // the summary behind an oops, up to 4.9
    {"EIP:", PcKind::exact}, {"EIP is at", PcKind::exact},
    {"IP:", PcKind::exact},  // arch/x86/mm/fault.c, show_fault_oops(), up to 4.18
};

}  // namespace unoops::arch
