// The table of kinds, in the order of precedence. A new kind: a file beside this, and a line in each of the two lists
// below.
#include <algorithm>
#include <array>

#include "kinds/kind.hpp"

namespace unoops {

extern constinit const Kind kasan, kfence, kmsan, kcsan, ubsan, slab, kmemleak;
extern constinit const Kind lockdep_deadlock, lockdep_state, lockdep_wait, lockdep_balance, lockdep_held, lockdep_user,
    lockdep_rcu, lockdep_key, lockdep_limit;
extern constinit const Kind oom_kill, page_allocation, bad_page, bad_map, mm_counter, bad_page_table;
extern constinit const Kind machine_check, machine_check_corrected, hardware_error, hardware_error_corrected,
    pcie_error, pcie_error_corrected, iommu_fault, sysrq, fault_injection;
extern constinit const Kind null_pointer, page_fault, unhandled_fault, alignment_fault;
extern constinit const Kind general_protection, stack_segment, divide_error, int3, control_protection, exception,
    early_exception;
extern constinit const Kind stack_guard, double_fault, stack_overflow;
extern constinit const Kind kernel_bug, list_bug, usercopy_bug, rust_panic, fortify_bug, missing_endbr, invalid_opcode,
    internal_error_kind;
extern constinit const Kind unwinder;
extern constinit const Kind warning, hard_lockup, refcount, debug_object, kobject, kmalloc_size, vmalloc_size,
    lock_warning, usercopy_warning, list_warning;
extern constinit const Kind proc_warning, urb_warning, netdev_warning, fortify_warning, cfi_warning, control_warning,
    dentry_warning;
extern constinit const Kind soft_lockup, csd_lockup, rcu_stall, hung_task, workqueue_lockup, workqueue_leak;
extern constinit const Kind scheduling_while_atomic, sleeping_in_atomic, not_atomic, preemptible_use, spinlock_bug,
    rwlock_bug;
extern constinit const Kind irq_nobody, netdevice_leak, busy_inodes, transmit_timeout, unknown_nmi;
extern constinit const Kind panic, stack_protector_panic, stack_end_panic, init_killed, no_root;
extern constinit const Kind kernel_complaint;
extern constinit const Kind oops, trap_division, trap_bug, stack_dump;

namespace {

constinit const auto rows = std::to_array<const Kind*>({
    &kasan,
    &kfence,
    &kmsan,
    &kcsan,
    &ubsan,
    &slab,
    &kmemleak,
    &lockdep_deadlock,
    &lockdep_state,
    &lockdep_wait,
    &lockdep_balance,
    &lockdep_held,
    &lockdep_user,
    &lockdep_rcu,
    &lockdep_key,
    &lockdep_limit,
    &oom_kill,
    &page_allocation,
    &bad_page,
    &bad_map,
    &mm_counter,
    &bad_page_table,
    &machine_check,
    &machine_check_corrected,
    &hardware_error,
    &hardware_error_corrected,
    &pcie_error,
    &pcie_error_corrected,
    &iommu_fault,
    &sysrq,
    &fault_injection,
    &null_pointer,
    &page_fault,
    &alignment_fault,
    &unhandled_fault,
    &general_protection,
    &stack_segment,
    &divide_error,
    &int3,
    &control_protection,
    &exception,
    &early_exception,
    &stack_guard,
    &double_fault,
    &stack_overflow,
    &kernel_bug,
    &list_bug,
    &usercopy_bug,
    &rust_panic,
    &fortify_bug,
    &missing_endbr,
    &invalid_opcode,
    &internal_error_kind,
    &unwinder,
    &warning,
    &hard_lockup,
    &refcount,
    &debug_object,
    &kobject,
    &kmalloc_size,
    &vmalloc_size,
    &lock_warning,
    &usercopy_warning,
    &list_warning,
    &proc_warning,
    &urb_warning,
    &netdev_warning,
    &fortify_warning,
    &cfi_warning,
    &control_warning,
    &dentry_warning,
    &soft_lockup,
    &csd_lockup,
    &rcu_stall,
    &hung_task,
    &workqueue_lockup,
    &workqueue_leak,
    &scheduling_while_atomic,
    &sleeping_in_atomic,
    &not_atomic,
    &preemptible_use,
    &spinlock_bug,
    &rwlock_bug,
    &irq_nobody,
    &netdevice_leak,
    &busy_inodes,
    &transmit_timeout,
    &unknown_nmi,
    &panic,
    &stack_protector_panic,
    &stack_end_panic,
    &init_killed,
    &no_root,
    &kernel_complaint,
    &oops,
    &trap_division,
    &trap_bug,
    &stack_dump,
});

}  // namespace

std::span<const Kind* const> kind_rows() { return rows; }

std::span<const KindInfo* const> kinds() {
  static const auto infos = [] {
    std::array<const KindInfo*, rows.size()> all{};
    std::ranges::transform(rows, all.begin(), [](const Kind* kind) { return &kind->info; });
    return all;
  }();
  return infos;
}

const KindInfo* find_kind(std::string_view id) {
  const auto at = std::ranges::find(rows, id, [](const Kind* kind) { return kind->info.id; });
  return at == rows.end() ? nullptr : &(*at)->info;
}

const Kind& kind_row(const KindInfo& info) {
  return **std::ranges::find(rows, &info, [](const Kind* kind) { return &kind->info; });
}

const Kind& kind_with(bool Kind::*property) {
  return **std::ranges::find_if(rows, [&](const Kind* kind) { return kind->*property; });
}

}  // namespace unoops
