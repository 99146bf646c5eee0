// The table of kinds, in the order of precedence. A new kind: a file beside this, and a row here.
#include <algorithm>
#include <array>

#include "kinds/kind.hpp"

namespace unoops::kinds {

// clang-format off
#define UNOOPS_KINDS(ROW) \
  ROW(kasan) \
  ROW(kfence) \
  ROW(kmsan) \
  ROW(kcsan) \
  ROW(ubsan) \
  ROW(slab) \
  ROW(kmemleak) \
  ROW(lockdep_deadlock) \
  ROW(lockdep_state) \
  ROW(lockdep_wait) \
  ROW(lockdep_balance) \
  ROW(lockdep_held) \
  ROW(lockdep_user) \
  ROW(lockdep_rcu) \
  ROW(lockdep_key) \
  ROW(lockdep_limit) \
  ROW(oom_kill) \
  ROW(page_allocation) \
  ROW(bad_page) \
  ROW(bad_map) \
  ROW(mm_counter) \
  ROW(bad_page_table) \
  ROW(machine_check) \
  ROW(machine_check_logged) \
  ROW(machine_check_corrected) \
  ROW(hardware_error) \
  ROW(hardware_error_corrected) \
  ROW(pcie_error) \
  ROW(pcie_error_corrected) \
  ROW(eeh) \
  ROW(iommu_fault) \
  ROW(sysrq) \
  ROW(fault_injection) \
  ROW(null_pointer) \
  ROW(page_fault) \
  ROW(alignment_fault) \
  ROW(unhandled_fault) \
  ROW(serror) \
  ROW(machine_check_trap) \
  ROW(bad_trap) \
  ROW(general_protection) \
  ROW(stack_segment) \
  ROW(divide_error) \
  ROW(int3) \
  ROW(control_protection) \
  ROW(exception) \
  ROW(early_exception) \
  ROW(stack_guard) \
  ROW(double_fault) \
  ROW(stack_overflow) \
  ROW(kernel_bug) \
  ROW(list_bug) \
  ROW(usercopy_bug) \
  ROW(rust_panic) \
  ROW(fortify_bug) \
  ROW(missing_endbr) \
  ROW(invalid_opcode) \
  ROW(internal_error_kind) \
  ROW(unwinder) \
  ROW(warning) \
  ROW(hard_lockup) \
  ROW(refcount) \
  ROW(debug_object) \
  ROW(kobject) \
  ROW(kmalloc_size) \
  ROW(vmalloc_size) \
  ROW(lock_warning) \
  ROW(usercopy_warning) \
  ROW(list_warning) \
  ROW(proc_warning) \
  ROW(urb_warning) \
  ROW(netdev_warning) \
  ROW(fortify_warning) \
  ROW(cfi_warning) \
  ROW(control_warning) \
  ROW(dentry_warning) \
  ROW(soft_lockup) \
  ROW(csd_lockup) \
  ROW(rcu_stall) \
  ROW(hung_task) \
  ROW(workqueue_lockup) \
  ROW(workqueue_leak) \
  ROW(scheduling_while_atomic) \
  ROW(sleeping_in_atomic) \
  ROW(not_atomic) \
  ROW(preemptible_use) \
  ROW(spinlock_bug) \
  ROW(rwlock_bug) \
  ROW(irq_nobody) \
  ROW(netdevice_leak) \
  ROW(busy_inodes) \
  ROW(transmit_timeout) \
  ROW(unknown_nmi) \
  ROW(panic) \
  ROW(stack_protector_panic) \
  ROW(stack_end_panic) \
  ROW(init_killed) \
  ROW(no_root) \
  ROW(kernel_complaint) \
  ROW(oops) \
  ROW(crash_session) \
  ROW(live_dump) \
  ROW(trap_division) \
  ROW(trap_bug) \
  ROW(failed_check) \
  ROW(lost_head) \
  ROW(stack_dump)
// clang-format on

#define DECLARE(kind) extern constinit const Kind kind;
UNOOPS_KINDS(DECLARE)
#undef DECLARE

namespace {

#define ADDRESS(kind) &(kind),
constinit const auto rows = std::to_array<const Kind*>({UNOOPS_KINDS(ADDRESS)});
#undef ADDRESS

}  // namespace

std::span<const Kind* const> kind_rows() { return rows; }

const Kind& kind_row(const KindInfo& info) {
  return **std::ranges::find(rows, &info, [](const Kind* kind) { return &kind->info; });
}

const Kind& kind_with(Trait trait) {
  return **std::ranges::find_if(rows, [&](const Kind* kind) { return kind->has(trait); });
}

}  // namespace unoops::kinds

namespace unoops {

using namespace kinds;

std::span<const KindInfo* const> all_kinds() {
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

}  // namespace unoops
