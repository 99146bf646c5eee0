// The table of kinds, in the order of precedence. A new kind: a file beside this, and a line in each of the two lists below.
#include <algorithm>
#include <array>

#include "kinds/kind.hpp"

namespace unoops {

extern constinit const Kind kasan, kfence, kmsan, kcsan, ubsan, slab, kmemleak, lockdep_deadlock, lockdep_state, lockdep_wait, lockdep_balance,
    lockdep_held, lockdep_user, lockdep_rcu, lockdep_key, lockdep_limit, oom_kill, page_allocation, bad_page, bad_map, mm_counter,
    bad_page_table, machine_check, machine_check_corrected, hardware_error, hardware_error_corrected, pcie_error, pcie_error_corrected, iommu_fault, sysrq,
    fault_injection;
extern constinit const Kind null_pointer, page_fault, general_protection, oops, stack_guard, double_fault, kernel_bug, invalid_opcode,
    divide_error, int3, warning, soft_lockup, rcu_stall, hung_task, panic, stack_dump;

namespace {

constinit const auto rows = std::to_array<const Kind*>({
    &kasan, &kfence, &kmsan, &kcsan, &ubsan, &slab, &kmemleak, &lockdep_deadlock, &lockdep_state, &lockdep_wait, &lockdep_balance,
    &lockdep_held, &lockdep_user, &lockdep_rcu, &lockdep_key, &lockdep_limit, &oom_kill, &page_allocation, &bad_page, &bad_map,
    &mm_counter, &bad_page_table, &machine_check, &machine_check_corrected, &hardware_error, &hardware_error_corrected, &pcie_error, &pcie_error_corrected,
    &iommu_fault, &sysrq, &fault_injection,
    &null_pointer, &page_fault, &general_protection, &oops, &stack_guard, &double_fault, &kernel_bug, &invalid_opcode, &divide_error,
    &int3, &warning, &soft_lockup, &rcu_stall, &hung_task, &panic, &stack_dump,
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

}  // namespace unoops
