#include "kinds/lockdep_rules.hpp"

#include <vector>

namespace unoops::kinds {
namespace {

struct Link {
  std::string lock;
  const Frame* taken = nullptr;
};

const Frame* taker(const Stack& stack) {
  return first_frame(stack, FrameRole::lock | FrameRole::report | FrameRole::atomic);
}

// "-> #1 (&dev->lock2){+.+.}-{2:2}", in the log in reverse order: the last is taken last of all.
std::vector<Link> chain_of(const Report& r) {
  std::vector<Link> chain;
  for (const auto& stack : r.stacks) {
    if (!stack.label.starts_with("-> #")) continue;
    const auto open = stack.label.find('('), close = stack.label.rfind("){");
    if (open == std::string::npos || close == std::string::npos || close < open) continue;
    chain.push_back({stack.label.substr(open + 1, close - open - 1), taker(stack)});
  }
  return chain;
}

struct Usage {
  std::string_view start, end;  // of the caption
  bool is_held;                 // the lock that is held, not the one that is wanted
  bool interrupts_on;           // false: it is taken in an interrupt
};
// "... which became HARDIRQ-irq-safe at:", "{SOFTIRQ-ON-W} state was registered at:" (v6.1 kernel/locking/lockdep.c
// print_bad_irq_dependency, print_usage_bug)
constexpr auto usages = std::to_array<Usage>({
    {"which became", "-irq-safe at", true, false},
    {"which became", "-irq-unsafe at", false, true},
    {"-ON-", "state was registered at", false, true},
    {"{IN-", "state was registered at", false, false},
});

}  // namespace

// "#1: is held, #0 is wanted": A → B means that B is taken while A is held.
void tell_cycle(const Report& r, Explanation& e, std::string_view id) {
  const auto problem = r.fact("problem");
  if (problem == "recursive locking") {
    if (const auto lock = r.fact("wanted-lock"); !lock.empty())
      add_finding(e, id,
                  std::string(lock) + " → " + std::string(lock) +
                      ": a lock of this class is held already; the same lock waits for itself for ever, two of a class "
                      "need a nesting annotation");
    return;
  }
  const auto chain = chain_of(r);
  if (chain.size() < 2 || chain.size() > 8) return;
  std::string text;
  for (auto link = chain.rbegin(); link != chain.rend(); ++link) text += link->lock + " → ";
  add_finding(e, id, text + chain.back().lock + " (each is taken while the one before it is held)");
  for (auto link = chain.rbegin(); link != chain.rend(); ++link) {
    const auto& before = link == chain.rbegin() ? chain.front() : *(link - 1);
    if (link->taken)
      add_finding(e, id,
                  link->lock + " is taken in " + place_of(*link->taken) +
                      (chain.size() > 1 ? " while " + before.lock + " is held" : ""));
  }
  add_step(e,
           "choose one order for these locks and keep it in both places, or drop the outer lock before the inner one "
           "is taken");
}

void tell_irq_states(const Report& r, Explanation& e, std::string_view id) {
  const std::string held(r.fact("held-lock")), wanted(r.fact("wanted-lock"));
  const Frame* with_interrupts_on = nullptr;
  for (const auto& stack : r.stacks)
    for (const auto& usage : usages) {
      const auto* frame = taker(stack);
      const auto has = [&](std::string_view words) { return stack.label.find(words) != std::string::npos; };
      if (!frame || !has(usage.start) || !has(usage.end)) continue;
      const auto& lock = usage.is_held ? held : wanted;
      const std::string when =
          usage.interrupts_on ? " is taken with interrupts on in " : " is taken in an interrupt in ";
      if (!lock.empty()) add_finding(e, id, lock + when + place_of(*frame));
      if (usage.interrupts_on) with_interrupts_on = frame;
    }
  if (with_interrupts_on)
    add_step(e, source_name(with_interrupts_on->ref.symbol) +
                    " must take it with interrupts off (_irqsave; _bh is enough for soft interrupts)");
}

}  // namespace unoops::kinds
