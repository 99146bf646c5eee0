#include "kinds/death.hpp"

#include <algorithm>
#include <charconv>

#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

// It turns preemption, and perhaps interrupts, off before it touches the lock (v6.1 include/linux/spinlock_api_smp.h).
bool takes_spinlock(const Frame& frame) {
  const auto name = plain_symbol(frame.ref.symbol);
  return frame_roles(name).has(FrameRole::lock) && name.find("unlock") == std::string_view::npos &&
         (name.find("spin") != std::string_view::npos || name.find("raw_read_") != std::string_view::npos ||
          name.find("raw_write_") != std::string_view::npos);
}

// An interrupt, or an exception on top of another. Most architectures do not mark where an interrupt's frames begin.
bool ran_in_interrupt(const Report& r) {
  if (in_interrupt(r) || (r.panic && r.panic->reason.find("in interrupt") != std::string::npos)) return true;
  const auto *pc = own_pc(r), *culprit = culprit_frame(r);
  if (pc && frame_roles(pc->ref.symbol).has(FrameRole::report)) return true;
  // in no function, and no call went there: the exception vectors
  const bool called = r.has(Trait::bad_pointer | Trait::maybe_bad_pointer | Trait::bad_pc);
  if (pc && pc->ref.symbol.empty() && !called) return true;
  const auto* trace = own_trace(r);
  if (!trace) return false;
  if (trace->context == Context::exception) return true;
  // What stands further in than the pc's function may be the exception's own way to its report.
  bool behind = pc && !pc->ref.symbol.empty() &&
                std::ranges::none_of(trace->frames, [&](const Frame& f) { return f.ref.symbol == pc->ref.symbol; });
  for (const auto& frame : trace->frames) {
    if (!frame.reliable) continue;
    const auto roles = frame_roles(frame.ref.symbol);
    if (roles.has(FrameRole::interrupt | FrameRole::softirq)) return true;
    if (behind && roles.has(FrameRole::exception | FrameRole::report)) return true;
    behind |= (pc && frame.ref.symbol == pc->ref.symbol) || &frame == culprit;
  }
  return false;
}

std::string task_of(const LeftBehind& left) {
  return left.comm + (left.pid ? " (pid " + std::to_string(*left.pid) + ")" : "");
}

}  // namespace

std::optional<Death> death_of(const Report& r) {
  const auto count = r.fact(fact::exit_preempt_count);
  const bool noted = !count.empty() || !r.fact(fact::exit_irqs).empty();
  if (!(noted || r.die_number) || ran_in_interrupt(r) || r.pid == 0) return std::nullopt;
  Death out;
  out.irqs_off = r.fault.interrupts_on == false;
  unsigned value = 0;
  if (std::from_chars(count.data(), count.data() + count.size(), value).ec == std::errc()) out.depth = value & 0xff;
  const auto* pc = own_pc(r);
  if (pc && takes_spinlock(*pc)) {
    out.irqs_off = false;
    if (out.depth && *out.depth) --*out.depth;
  }
  return out;
}

// v6.1 include/linux/preempt.h: bits 0-7 preempt_disable and spinlocks, 8-15 softirq, 16-19 hardirq, 20-23 NMI
std::string context_words(unsigned long count) {
  std::string text;
  const auto say = [&](std::string words) { text += (text.empty() ? "" : ", ") + std::move(words); };
  if (count >> 20 & 0xf) say("in an NMI");
  if (count >> 16 & 0xf) say("in a hardware interrupt");
  if (count >> 8 & 0xff) say(count >> 8 & 1 ? "in a soft interrupt" : "with soft interrupts off");
  const auto depth = count & 0xff;
  if (depth == 1) say("under a spinlock or preempt_disable()");
  if (depth > 1) say("under " + std::to_string(depth) + " spinlocks or calls of preempt_disable()");
  return text;
}

std::vector<std::string_view> own_functions(const Report& r) {
  constexpr std::size_t most = 32;
  std::vector<std::string_view> out;
  for (const auto& stack : r.stacks) {
    if (!is_own(stack) || (stack.role != StackRole::pc && !is_call_trace(stack))) continue;
    for (const auto& frame : stack.frames) {
      const auto name = plain_symbol(frame.ref.symbol);
      if (!frame.reliable || name.empty() || frame_roles(name).any() || out.size() >= most) continue;
      if (std::ranges::find(out, name) == out.end()) out.push_back(name);
    }
  }
  return out;
}

bool tell_left_behind(const Report& r, Explanation& e, std::string_view id, bool spinlock) {
  if (!r.left_behind) return false;
  const auto& left = *r.left_behind;
  const auto number = "report " + std::to_string(left.report);
  const auto death = task_of(left) + " died in " + number;
  if (left.holder) {
    add_likely(e, id, "the lock's holder is dead: " + death + ", and a dead task lets go of nothing",
               "the holder that the kernel names, and " + number);
  } else if (spinlock ? left.atomic : !left.shared.empty()) {
    add_likely(e, id,
               std::string(spinlock && !left.shared.empty() ? "it is most likely" : "it may be") +
                   " a lock that was left locked: " + death +
                   (left.shared.empty() ? "" : ", in or below " + left.shared + " as here") +
                   (left.atomic ? ", with interrupts or preemption off" : "") + "; a dead task lets go of nothing",
               number);
  } else {
    return false;
  }
  add_step(e, "begin with " + number + ": this is its consequence, and lasts until the machine is restarted");
  return true;
}

}  // namespace unoops::kinds
