// lockdep: the cycle of locks drawn once, with where each is taken; what sleeping functions were called under.
#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/text.hpp"
#include "explain/held_locks.hpp"
#include "explain/rule.hpp"
#include "facts/frames.hpp"
#include "report/fact_names.hpp"

namespace unoops::explain {
namespace {

struct Link {
  std::string lock;
  const Frame* taken = nullptr;
};

const Frame* taker(const Stack& stack) {
  const auto noise = FrameRole::lock | FrameRole::report | FrameRole::atomic;
  const auto at = std::ranges::find_if(stack.frames, [&](const Frame& f) {
    return f.reliable && !f.ref.symbol.empty() && !frame_roles(f.ref.symbol).has(noise);
  });
  return at == stack.frames.end() ? nullptr : &*at;
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

// "#1: is held, #0 is wanted": A → B means that B is taken while A is held.
void cycle(const Report& r, Explanation& e, std::string_view id) {
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

// "... which became HARDIRQ-irq-safe at:", "{SOFTIRQ-ON-W} state was registered at:" (v6.1 kernel/locking/lockdep.c
// print_bad_irq_dependency, print_usage_bug)
void irq_states(const Report& r, Explanation& e, std::string_view id) {
  const bool order = r.kind->id == "lockdep" && r.fact(fact::problem) == "irq-unsafe order";
  if (!order && r.kind->id != "lockdep-state") return;
  const std::string held(r.fact(fact::held_lock)), wanted(r.fact(fact::wanted_lock));
  const Frame* with_interrupts_on = nullptr;
  const auto say = [&](const std::string& lock, std::string_view when, const Frame& frame) {
    if (!lock.empty()) add_finding(e, id, lock + " is taken " + std::string(when) + " in " + place_of(frame));
  };
  for (const auto& stack : r.stacks) {
    const auto* frame = taker(stack);
    if (!frame) continue;
    if (stack.role == StackRole::lock_in_irq) say(order ? held : wanted, "in an interrupt", *frame);
    if (stack.role == StackRole::lock_irqs_on) say(wanted, "with interrupts on", *frame), with_interrupts_on = frame;
  }
  if (with_interrupts_on)
    add_step(e, source_name(with_interrupts_on->ref.symbol) +
                    " must take it with interrupts off (_irqsave; _bh is enough for soft interrupts)");
}

std::optional<unsigned long> hex_behind(const Report& r, std::string_view words) {
  for (const auto& message : r.messages) {
    const auto at = message.find(words);
    unsigned long value = 0;
    const auto digits = std::string_view(message).substr(at == std::string::npos ? message.size() : at + words.size());
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value, 16).ec == std::errc()) return value;
  }
  return std::nullopt;
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

// kernel/sched/core.c: schedule() itself adds one to what "scheduling while atomic" prints (v6.1
// in_atomic_preempt_off); "preempt_count: 1, expected: 0" of might_sleep().
void sleeping(const Report& r, Explanation& e, std::string_view id) {
  const bool schedules = r.kind->id == "scheduling-while-atomic";
  if (!schedules && r.kind->id != "sleeping-in-atomic") return;
  unsigned long count = 0;
  if (schedules) {
    const auto digits = r.fact(fact::preempt_count);
    if (std::from_chars(digits.data(), digits.data() + digits.size(), count, 16).ec != std::errc()) return;
    if (count == 0)
      return add_finding(e, id, "preempt count 0 here means that one preempt_enable() or spin_unlock() was too many");
    if ((count & 0xff) > 0) --count;
  } else {
    count = hex_behind(r, "preempt_count: ").value_or(0);
  }
  if (count > 0xffffff) return;
  auto text = context_words(count);
  const auto say = [&](std::string_view words) { text += (text.empty() ? "" : ", ") + std::string(words); };
  if (hex_behind(r, "irqs_disabled(): ") == 1u) say("with interrupts off");
  if (hex_behind(r, "RCU nest depth: ").value_or(0) > 0) say("inside rcu_read_lock()");
  if (!text.empty()) add_finding(e, id, "it ran " + text);
  for (const auto& lock : held_locks(r))
    if (lock.spins && lock.pid == r.pid)
      add_finding(e, id, "it holds the spinlock " + lock.name + ", taken in " + taken_in(lock));
}

constexpr auto rows = std::to_array<Rule>({
    {"lock-cycle", cycle},
    {"irq-states", irq_states},
    {"atomic-context", sleeping},
});

}  // namespace

std::span<const Rule> lock_rules() { return rows; }

}  // namespace unoops::explain
