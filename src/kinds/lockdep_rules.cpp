#include "kinds/lockdep_rules.hpp"

#include <vector>

#include "report/fact_names.hpp"

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
    if (stack.role != StackRole::lock_chain) continue;
    const auto open = stack.label.find('('), close = stack.label.rfind("){");
    if (open == std::string::npos || close == std::string::npos || close < open) continue;
    chain.push_back({stack.label.substr(open + 1, close - open - 1), taker(stack)});
  }
  return chain;
}

// Who takes a lock in an interrupt, and who takes one with interrupts on, so that such an interrupt may come (v6.1
// kernel/locking/lockdep.c print_bad_irq_dependency, print_usage_bug).
void tell_usage(const Report& r, Explanation& e, std::string_view id, std::string_view in_irq,
                std::string_view irqs_on) {
  const Frame* with_interrupts_on = nullptr;
  const auto say = [&](std::string_view lock, std::string_view when, const Frame& frame) {
    if (!lock.empty()) add_finding(e, id, std::string(lock) + " is taken " + std::string(when) + place_of(frame));
  };
  for (const auto& stack : r.stacks) {
    const auto* frame = taker(stack);
    if (!frame) continue;
    if (stack.role == StackRole::lock_in_irq) say(in_irq, "in an interrupt in ", *frame);
    if (stack.role == StackRole::lock_irqs_on)
      say(irqs_on, "with interrupts on in ", *frame), with_interrupts_on = frame;
  }
  if (with_interrupts_on)
    add_step(e, source_name(with_interrupts_on->ref.symbol) +
                    " must take it with interrupts off (_irqsave; _bh is enough for soft interrupts)");
}

}  // namespace

// "#1: is held, #0 is wanted": A → B means that B is taken while A is held.
void tell_cycle(const Report& r, Explanation& e, std::string_view id) {
  const auto problem = r.fact(fact::problem);
  if (problem == "recursive locking") {
    if (const auto lock = r.fact(fact::wanted_lock); !lock.empty())
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

void tell_irq_order(const Report& r, Explanation& e, std::string_view id) {
  tell_usage(r, e, id, r.fact(fact::held_lock), r.fact(fact::wanted_lock));
}

void tell_irq_state(const Report& r, Explanation& e, std::string_view id) {
  const auto lock = r.fact(fact::wanted_lock);
  tell_usage(r, e, id, lock, lock);
}

}  // namespace unoops::kinds
