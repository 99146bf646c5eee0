#include "facts/panics.hpp"

#include <algorithm>
#include <array>

namespace unoops::facts {
namespace {

using Names = std::string_view;
constexpr std::array<Names, 10> warned = {
    "warning",  "kasan",           "kfence", "kcsan", "ubsan", "kmsan", "scheduling-while-atomic",
    "refcount", "list-corruption", "lockdep"};
constexpr std::array<Names, 1> soft = {"soft-lockup"};
constexpr std::array<Names, 1> hard = {"hard-lockup"};
constexpr std::array<Names, 1> hung = {"hung-task"};
constexpr std::array<Names, 1> rcu = {"rcu-stall"};
constexpr std::array<Names, 1> mce = {"machine-check"};
constexpr std::array<Names, 4> stack = {"stack-overflow", "stack-guard", "double-fault", "page-fault"};
constexpr std::array<Names, 1> scheduling = {"scheduling-while-atomic"};
constexpr std::array<Names, 1> oom = {"oom-kill"};
constexpr std::array<Names, 1> nmi = {"nmi"};
constexpr std::array<Names, 2> arm64_trap = {"serror", "bad-trap"};
constexpr std::array<Names, 1> bug = {"kernel-bug"};
constexpr std::array<Names, 1> double_fault = {"double-fault"};

constexpr auto rows = std::to_array<DerivedPanic>({
    {"Fatal exception", {}},  // arch/x86/kernel/dumpstack.c oops_end and its likes
    {"Oops: Fatal exception", {}},
    {"Aiee, killing interrupt handler!", {}},  // kernel/exit.c do_exit
    {"Attempted to kill the idle task!", {}},
    {"Attempted to kill init!", {}, true},
    {"Oopsed too often", {}},       // kernel/exit.c make_task_dead
    {"panic_on_warn set", warned},  // kernel/panic.c check_panic_on_warn
    {"system warned too often", warned},
    {"kasan.fault=panic set", warned},
    {"kmsan.panic set", warned},
    {"scheduling while atomic", scheduling},  // kernel/sched/core.c __schedule_bug, to v4.x
    {"softlockup: hung tasks", soft},         // kernel/watchdog.c
    {"Hard LOCKUP", hard},
    {"hard LOCKUP", hard},
    {"hung_task: blocked tasks", hung},  // kernel/hung_task.c
    {"RCU Stall", rcu},                  // kernel/rcu/tree_stall.h
    {"atal machine check", mce},         // arch/x86/kernel/cpu/mce/core.c
    {"atal local machine check", mce},
    {"Failed kernel mode recovery", mce},
    {"kernel stack overflow", stack},                  // arch/arm64/kernel/traps.c
    {"Kernel stack overflow", stack},                  // arch/riscv/kernel/traps.c
    {"Corrupt kernel stack, can't continue.", stack},  // arch/s390/kernel/dumpstack.c
    {"stack guard hit", stack},                        // arch/x86/kernel/traps.c
    {"Machine halted.", double_fault},
    {"panic_on_oom is enabled", oom},               // mm/oom_kill.c
    {"Asynchronous SError Interrupt", arm64_trap},  // arch/arm64/kernel/traps.c
    {"bad mode", arm64_trap},                       // to v5.12
    {"Unhandled exception", arm64_trap},            // arch/arm64/kernel/entry-common.c
    {"Kernel Fault", {}},                           // arch/parisc/kernel/traps.c parisc_terminate
    {"Bad Address (null pointer deref?)", {}},
    {"Page fault: no context", {}},
    {"BUG!", bug},                              // include/asm-generic/bug.h
    {"NMI: Not continuing", nmi, false, true},  // arch/x86/kernel/nmi.c
    {"NMI IOCK error: Not continuing", nmi, false, true},
});

}  // namespace

const DerivedPanic* find_derived_panic(std::string_view reason) {
  const auto at = std::ranges::find_if(
      rows, [&](const DerivedPanic& row) { return reason.find(row.reason) != std::string_view::npos; });
  return at == rows.end() ? nullptr : &*at;
}

bool derives_from(const DerivedPanic& row, std::string_view kind_id, bool died, bool is_init) {
  if (row.needs_init && !is_init) return false;
  if (row.from.empty()) return died;
  return std::ranges::find(row.from, kind_id) != row.from.end();
}

}  // namespace unoops::facts
