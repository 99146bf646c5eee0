// What the traces say: recursion, who waits for whom, the system call.
#include <algorithm>
#include <array>
#include <map>

#include "explain/rule.hpp"
#include "facts/frames.hpp"
#include "facts/syscalls.hpp"

namespace unoops {
namespace {

// The names of the longest trace of the report's own, calls only.
std::vector<std::string_view> calls_of(const Report& r) {
  const Stack* longest = nullptr;
  for (const auto& stack : r.stacks)
    if (stack.label.starts_with("Call Trace") && !stack.cpu &&
        (!longest || stack.frames.size() > longest->frames.size()))
      longest = &stack;
  std::vector<std::string_view> names;
  if (!longest) return names;
  for (const auto& frame : longest->frames)
    if (frame.reliable && !frame.ref.symbol.empty()) names.push_back(frame.ref.symbol);
  return names;
}

struct Cycle {
  std::size_t begin = 0, length = 0, times = 0;
};

// The shortest run of names that repeats at once, often; short traces and pairs say nothing.
Cycle find_cycle(const std::vector<std::string_view>& names) {
  constexpr std::size_t longest = 24;
  Cycle best;
  for (std::size_t length = 1; length <= longest && length * 3 <= names.size(); ++length) {
    std::size_t run = 0;
    for (std::size_t i = length; i < names.size(); ++i) {
      run = names[i] == names[i - length] ? run + 1 : 0;
      const auto times = run / length + 1;
      const auto margin = length == best.length ? 0 : length;  // a multiple of the cycle is no better
      if (run && times >= 3 && times * length > best.times * best.length + margin)
        best = {i + 1 - run - length, length, times};
    }
  }
  return best;
}

void recursion(const Report& r, Explanation& e, std::string_view id) {
  const auto names = calls_of(r);
  const auto cycle = find_cycle(names);
  if (cycle.times < 3) return;
  std::string text = "the same calls repeat " + std::to_string(cycle.times) + " times: ";
  // A trace is innermost first; calls read the other way.
  for (std::size_t i = cycle.length; i-- > 0;) text += std::string(names[cycle.begin + i]) + " → ";
  text += names[cycle.begin + cycle.length - 1];
  add_finding(e, id, std::move(text));
  const bool overflowed = r.kind->id == "stack-guard" || r.kind->id == "stack-overflow" ||
                          r.kind->id == "double-fault" || r.fault.address_class == "guard-page";
  if (overflowed)
    add_step(e, "give the recursion an end (a depth limit, or a loop instead): no kernel stack is large enough for it");
}

bool is_interrupt(std::string_view context) {
  return context == "irq" || context == "softirq" || context == "nmi" || context == "hardirq";
}

std::string argument(std::uint64_t value) {
  if (value < 0x10000) return std::to_string(value);
  if (value > ~0ull - 4096) return "-" + std::to_string(0 - value);
  if ((value >> 32 == 0 || value >> 32 == 0xffffffff) && static_cast<std::uint32_t>(value) > 0xfffff000u)
    return "-" + std::to_string(0x100000000ull - (value & 0xffffffff));
  return hex(value);
}

// "write(3, 0x7fff86dfc250, 8)", from the registers that the system call entered with.
void system_call(const Report& r, Explanation& e, std::string_view id) {
  if (!r.arch || r.user_registers.empty()) return;
  const auto user = [&](std::string_view name) {
    const auto at = std::ranges::find(r.user_registers, name, &Register::name);
    return at == r.user_registers.end() ? std::nullopt : std::optional(at->value);
  };
  // 32-bit programs use other numbers.
  if (const auto cs = user("CS"); cs && *cs == 0x23) return;
  const auto number = user("ORIG_RAX");
  if (!number) return;
  const auto call = find_system_call(*r.arch, *number);
  if (!call) return;
  static constexpr std::array<std::string_view, 6> registers = {"RDI", "RSI", "RDX", "R10", "R08", "R09"};
  std::string text = "system call " + std::string(call->name) + "(";
  for (int i = 0; i < call->arguments && i < 6; ++i) {
    const auto value = user(registers[static_cast<std::size_t>(i)]);
    if (!value) return;
    text += (i ? ", " : "") + argument(*value);
  }
  for (const auto& stack : r.stacks)
    if (stack.label.starts_with("Call Trace") && is_interrupt(stack.context)) return;  // not the system call's doing
  add_finding(e, id, "it came from the " + text + ")");
}

// The first function that is not a way to sleep or to take a lock.
const Frame* work_of(const Stack& stack) {
  const auto noise = FrameRole::wait | FrameRole::lock | FrameRole::report | FrameRole::exception | FrameRole::stall |
                     FrameRole::interrupt | FrameRole::atomic;
  const auto at = std::ranges::find_if(stack.frames, [&](const Frame& f) {
    return f.reliable && !f.ref.symbol.empty() && !frame_roles(f.ref.symbol).has(noise);
  });
  return at == stack.frames.end() ? nullptr : &*at;
}

struct Wait {
  std::string_view frame, words;
};
// Ways to sleep, by the outermost one of them (v6.1 kernel/locking, kernel/sched, mm/filemap.c, block).
constexpr auto waits = std::to_array<Wait>({
    {"mutex_lock", "a mutex"},
    {"__mutex_lock", "a mutex"},
    {"rwsem_down_read", "a read-write semaphore, to read"},
    {"down_read", "a read-write semaphore, to read"},
    {"rwsem_down_write", "a read-write semaphore, to write"},
    {"down_write", "a read-write semaphore, to write"},
    {"__down", "a semaphore"},
    {"down", "a semaphore"},
    {"wait_for_completion", "a completion"},
    {"__wait_for_common", "a completion"},
    {"synchronize_rcu", "an RCU grace period"},
    {"synchronize_srcu", "an SRCU grace period"},
    {"rcu_barrier", "all RCU callbacks"},
    {"flush_work", "a work item to end"},
    {"__flush_work", "a work item to end"},
    {"flush_workqueue", "a workqueue to drain"},
    {"__flush_workqueue", "a workqueue to drain"},
    {"folio_wait_bit", "a page that is locked or written"},
    {"__folio_lock", "a page that is locked"},
    {"wait_on_page_bit", "a page that is locked or written"},
    {"io_schedule", "I/O to end"},
    {"blk_mq_get_tag", "a free request of a block device"},
    {"jbd2_log_wait_commit", "a journal commit"},
    {"wait_transaction_locked", "a journal transaction"},
    {"kthread_stop", "a kernel thread to end"},
    {"cancel_work_sync", "a work item to end"},
    {"msleep", "nothing but time (msleep)"},
    {"percpu_down_write", "all readers to leave"},
});

void waits_for(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "hung-task") return;
  const auto trace =
      std::ranges::find_if(r.stacks, [](const Stack& s) { return s.label.starts_with("Call Trace") && !s.cpu; });
  if (trace == r.stacks.end()) return;
  std::string_view words;
  for (const auto& frame : trace->frames) {
    if (!frame.reliable) continue;
    const auto name = plain_symbol(frame.ref.symbol);
    for (const auto& wait : waits)
      if (name.starts_with(wait.frame)) words = wait.words;
    if (!frame_roles(name).has(FrameRole::wait | FrameRole::lock) && words.empty() && name != "io_schedule" &&
        &frame - trace->frames.data() > 6)
      break;
  }
  const auto* asks = work_of(*trace);
  if (!words.empty())
    add_finding(e, id, "it waits for " + std::string(words) + (asks ? ", asked for in " + place_of(*asks) : ""));
}

void blocked_by(const Report& r, Explanation& e, std::string_view id) {
  const auto holder = r.fact("blocker");
  if (holder.empty()) return;
  add_finding(e, id, "the lock is likely held by " + std::string(holder), "the kernel's own words", Confidence::likely);
  add_step(e, "read what " + std::string(holder) + " does: it must let go first");
}

// Stalls and hangs: no bad pointer names them, what was running does.
void next_stall(const Report& r, Explanation& e, std::string_view) {
  const auto& id = r.kind->id;
  if (id == "hung-task" && r.fact("blocker").empty())
    add_step(e,
             "find who holds what it waits for: sysrq-w shows all blocked tasks, sysrq-d all locks (CONFIG_LOCKDEP)");
  const auto* frame = culprit_frame(r);
  if ((id == "soft-lockup" || id == "rcu-stall") && frame && frame->reliable)
    add_step(
        e, "look for a loop below " + frame->ref.symbol + " whose end does not come; a long one needs cond_resched()");
  if (id == "hard-lockup" && frame)
    add_step(e,
             "interrupts are off in or above " + frame->ref.symbol + ": look for what it spins on and who holds that");
}

constexpr auto rows = std::to_array<Rule>({
    {"recursion", recursion},
    {"waits-for", waits_for},
    {"blocked-by", blocked_by},
    {"next-stall", next_stall},
    {"system-call", system_call},
});

}  // namespace

std::span<const Rule> stack_rules() { return rows; }

}  // namespace unoops
