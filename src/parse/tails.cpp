#include "parse/tails.hpp"

#include <algorithm>
#include <array>

#include "facts/frames.hpp"

namespace unoops {
namespace {

struct Step {
  std::string_view symbol;  // of the source
  char way;                 // s: system call, t: thread, b: boot and idle
  int step;
  bool last = false;
};

// v6.1 arch/x86/entry/entry_64.S, entry_64_compat.S, entry_32.S, arch/x86/kernel/head_64.S, arch/arm64/kernel/entry.S,
// syscall.c, arch/arm/kernel/entry-common.S, arch/s390/kernel/syscall.c, arch/powerpc/kernel/interrupt_64.S,
// init/main.c, kernel/kthread.c, kernel/sched/idle.c. "ret_from_fork_asm": v6.6
constexpr auto steps = std::to_array<Step>({
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

const Step* step_of(std::string_view symbol) {
  const auto at = std::ranges::find(steps, plain_symbol(symbol), &Step::symbol);
  return at == steps.end() ? nullptr : &*at;
}

}  // namespace

std::optional<std::string_view> last_confirmed(const Draft& d) {
  constexpr std::size_t near = 8;
  const auto& frames = d.report.stacks.back().frames;
  for (std::size_t i = 0; i < std::min(near, frames.size()); ++i)
    if (const auto& frame = frames[frames.size() - 1 - i]; frame.reliable) return frame.ref.symbol;
  return std::nullopt;
}

bool may_follow(std::string_view inner, std::string_view outer) {
  const auto* from = step_of(inner);
  if (!from) return true;
  const auto* to = step_of(outer);
  if (to) return to->way == from->way && to->step > from->step;
  // Entry code that the table does not have.
  return !from->last && frame_roles(outer).has(FrameRole::system_call | FrameRole::thread | FrameRole::boot);
}

bool is_next(std::string_view inner, std::string_view outer) {
  return step_of(inner) && step_of(outer) && may_follow(inner, outer);
}

bool is_last(std::string_view symbol) {
  const auto* step = step_of(symbol);
  return step && step->last;
}

bool is_entry(std::string_view symbol) {
  const auto* step = step_of(symbol);
  return (step && step->last && step->way == 's') || frame_roles(symbol).has(FrameRole::exception);
}

}  // namespace unoops
