#include "explain/look_frame.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "facts/frames.hpp"
#include "facts/helper_words.hpp"
#include "kinds/rule.hpp"
#include "report/questions.hpp"

namespace unoops::explain {
namespace {

bool is_work(const Frame& f) {
  const auto noise = FrameRole::wait | FrameRole::lock | FrameRole::report | FrameRole::exception | FrameRole::stall |
                     FrameRole::interrupt | FrameRole::atomic | FrameRole::sanitizer | FrameRole::trace |
                     FrameRole::memory_helper;
  const auto name = plain_symbol(f.ref.symbol);
  return !name.empty() && !frame_roles(name).has(noise) && !passes_time(name);
}

bool is_watchdog(const Frame& f) {
  return frame_roles(f.ref.symbol)
      .has(FrameRole::interrupt | FrameRole::exception | FrameRole::stall | FrameRole::report);
}

// From the culprit inwards, up to the watchdog's own interrupt: the innermost frame that does work.
void below_culprit(Report& r) {
  auto& e = r.explanation;
  const auto& of_culprit = r.stacks[*r.culprit_stack];
  auto end = *r.culprit_frame;
  for (auto i = *r.culprit_stack + 1; i-- > 0;) {
    const auto& stack = r.stacks[i];
    const bool same = stack.cpu == of_culprit.cpu && stack.pid == of_culprit.pid &&
                      (stack.role == StackRole::pc || stack.label == of_culprit.label) &&
                      (context_word(stack) == context_word(of_culprit) || context_word(stack).empty());
    if (!same) return;
    for (auto k = i == *r.culprit_stack ? end : stack.frames.size(); k-- > 0;) {
      const auto& frame = stack.frames[k];
      if (!frame.reliable) continue;
      if (is_watchdog(frame)) return;
      if (is_work(frame)) e.look_stack = i, e.look_frame = k;
    }
  }
}

// The watchdog's interrupt may have hit the softirqs' own loop, on top of the task or interrupt that the title names.
bool interrupted_softirq(Report& r) {
  const auto& of_culprit = r.stacks[*r.culprit_stack];
  bool watched = false;
  for (std::size_t i = 0; i <= *r.culprit_stack; ++i) {
    const auto& stack = r.stacks[i];
    if (stack.cpu != of_culprit.cpu || stack.pid != of_culprit.pid) continue;
    for (std::size_t k = 0; k < stack.frames.size(); ++k) {
      const auto roles = frame_roles(stack.frames[k].ref.symbol);
      if (!stack.frames[k].reliable) continue;
      if (watched && roles.has(FrameRole::softirq)) {
        r.explanation.look_stack = i, r.explanation.look_frame = k;
        return true;
      }
      if (watched && !is_watchdog(stack.frames[k])) return false;
      watched |= roles.has(FrameRole::interrupt) && !roles.has(FrameRole::stall | FrameRole::softirq);
    }
  }
  return false;
}

// "pc : 0x0", "lr : kf_null_call+0x54/0x70": the caller is not in the trace, because the kernel unwinds from the pc.
void caller_of_nothing(Report& r) {
  const auto *pc = own_pc(r), *link = link_frame(r), *culprit = culprit_frame(r);
  if (!pc || !pc->ref.symbol.empty() || !link || link->ref.symbol.empty()) return;
  if (!culprit || culprit->ref.symbol == link->ref.symbol) return;
  const auto at = std::ranges::find_if(r.stacks, [&](const Stack& s) { return s.frames.data() == link; });
  r.explanation.look_stack = static_cast<std::size_t>(at - r.stacks.begin());
  r.explanation.look_frame = 0;
}

// s390: "Last Breaking-Event-Address" is that of the branch itself, into nothing. The trace begins behind its caller
// where the back chain has no frame of it yet.
void branch_to_nothing(Report& r) {
  const auto* culprit = culprit_frame(r);
  if (r.site.operation != Operation::execute || !culprit || r.explanation.look_stack) return;
  const auto at = std::ranges::find_if(r.stacks, [](const Stack& s) {
    return s.role == StackRole::address && !s.frames.empty() && s.frames[0].ref.pc == PcKind::exact &&
           !s.frames[0].ref.symbol.empty();
  });
  if (at == r.stacks.end() || at->frames[0].ref.symbol == culprit->ref.symbol) return;
  r.explanation.look_stack = static_cast<std::size_t>(at - r.stacks.begin());
  r.explanation.look_frame = 0;
}

// The custom passed over the function that it happened in for a word in its name alone: nothing says that it is a helper.
void passed_over(Report& r) {
  const auto* pc = own_pc(r);
  if (!pc || pc == culprit_frame(r) || !r.has(Trait::bad_pointer | Trait::maybe_bad_pointer)) return;
  const auto name = plain_symbol(pc->ref.symbol);
  if (!is_titles_helper(name) || frame_roles(name).any()) return;
  const auto at = std::ranges::find_if(r.stacks, [&](const Stack& s) { return s.frames.data() == pc; });
  r.explanation.look_stack = static_cast<std::size_t>(at - r.stacks.begin());
  r.explanation.look_frame = 0;
}

// The same for a function of a module on the way to the culprit, which only bears an allocator's name.
void passed_over_in_module(Report& r) {
  if (r.explanation.look_stack || !r.has(Trait::checked_access | Trait::bad_pointer | Trait::maybe_bad_pointer)) return;
  const auto& frames = r.stacks[*r.culprit_stack].frames;
  for (std::size_t i = 0; i < *r.culprit_frame; ++i) {
    const auto& frame = frames[i];
    if (!frame.reliable || frame.ref.module.empty() || roles_of(frame).any() || !frame_roles(frame.ref.symbol).any())
      continue;
    r.explanation.look_stack = *r.culprit_stack, r.explanation.look_frame = i;
    return;
  }
}

}  // namespace

void set_look_frame(Report& r) {
  if (!culprit_frame(r)) return;
  if (r.has(Trait::stall) && !interrupted_softirq(r)) return below_culprit(r);
  if (r.has(Trait::stall)) return;
  caller_of_nothing(r);
  branch_to_nothing(r);
  passed_over(r);
  passed_over_in_module(r);
}

}  // namespace unoops::explain
