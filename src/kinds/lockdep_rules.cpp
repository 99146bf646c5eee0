#include "kinds/lockdep_rules.hpp"

#include <algorithm>
#include <vector>

#include "kinds/lock_ring.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

const Frame* taker(const Stack& stack) {
  return first_frame(stack, FrameRole::lock | FrameRole::report | FrameRole::atomic);
}

// What takes a lock although its holder did not let it run: v6.1 kernel/locking/lockdep_states.h; RECLAIM_FS to v4.14.
struct State {
  std::string_view word;     // "HARDIRQ"
  std::string_view takes;    // who takes the safe lock
  std::string_view open;     // how the unsafe one is taken
  std::string_view comes;    // what may come while it is held
  std::string_view instead;  // how to take it
};
constexpr auto states = std::to_array<State>({
    {"SOFTIRQ", "a soft interrupt", "with soft interrupts on", "a soft interrupt that comes",
     "with soft interrupts off (spin_lock_bh)"},
    {"RECLAIM_FS", "memory reclaim", "around an allocation that may reclaim memory", "reclaim that starts",
     "so that no allocation under it reclaims through file systems (GFP_NOFS)"},
    {"HARDIRQ", "an interrupt", "with interrupts on", "an interrupt that comes",
     "with interrupts off (spin_lock_irqsave)"},
});

const State& state_of(const Report& r) {
  const auto in = [](std::string_view text, const State& state) { return text.find(state.word) != std::string::npos; };
  for (const auto& state : states) {
    if (in(r.headline, state) || in(r.fact(fact::usage), state)) return state;
    const auto names = [&](const std::string& m) {
      return in(m, state) && m.find("safe lock") != std::string::npos;  // "but this lock took another, ..."
    };
    if (std::ranges::any_of(r.messages, names)) return state;
  }
  return states.back();
}

// "S → held → wanted → U"; equal neighbours are one.
std::string way_between(const Report& r) {
  std::string text, last;
  const bool order = r.fact(fact::problem) == "irq-unsafe order";
  for (const auto lock : {r.fact(fact::irq_safe_lock), order ? r.fact(fact::held_lock) : std::string_view(),
                          order ? r.fact(fact::wanted_lock) : std::string_view(), r.fact(fact::irq_unsafe_lock)}) {
    if (lock.empty() || lock == last) continue;
    text += (text.empty() ? "" : " → ") + std::string(lock);
    last = lock;
  }
  return text;
}

std::string irq_story(const Report& r) {
  const std::string safe(r.fact(fact::irq_safe_lock)), unsafe(r.fact(fact::irq_unsafe_lock));
  if (safe.empty() || unsafe.empty()) return {};
  const auto& state = state_of(r);
  return std::string(state.takes) + " takes " + safe + ", and " + unsafe + " is taken " + std::string(state.open) +
         ", but also while " + safe + " is held: " + std::string(state.comes) + " while " + unsafe +
         " is held can deadlock";
}

std::string ring_story(const Report& r) {
  const auto ring = lock_ring(r);
  if (const auto* edge = waits_under_lock(ring))
    return source_name(edge->at->ref.symbol) + " waits for " + words_of(edge->lock) + " (" + std::string(edge->by) +
           ") while it holds " + edge->held.name + ", which must be free for that to end: neither can go on";
  if (ring.size() == 2 && ring[0].lock.sort == LockSort::lock && ring[1].lock.sort == LockSort::lock) return {};
  const std::string wanted(r.fact(fact::wanted_lock)), held(r.fact(fact::held_lock));
  if (wanted.empty() || held.empty()) return "locks are taken in a ring, in which each can wait for the next";
  return (ring.empty() ? std::string() : std::to_string(ring.size()) + " ") + "locks are taken in a ring: " + wanted +
         " is wanted while " + held + " is held, and others lead from " + wanted +
         " back to it; tasks that meet there wait for one another";
}

// A work that waits for itself, or for the workqueue that it runs on.
std::string recursion_story(const Report& r) {
  const RingLock wanted{sort_of_name(r.fact(fact::wanted_lock)), std::string(r.fact(fact::wanted_lock))};
  if (wanted.sort == LockSort::workqueue)
    return "work of " + words_of(wanted) + " waits for this workqueue to drain, and so for itself";
  if (wanted.sort == LockSort::work) return words_of(wanted) + " waits for itself to end, or one of its class does";
  return {};
}

void tell_ring(const Report& r, Explanation& e, std::string_view id) {
  const auto ring = lock_ring(r);
  if (ring.empty() || ring.size() > 64) return;
  static constexpr auto evidence = "the kernel's dependency chain";
  std::string text;
  for (const auto& edge : ring) text += edge.lock.name + " → ";
  add_certain(e, id, text + ring.front().lock.name + " (each is taken while the one before it is held)", evidence);
  for (const auto& edge : ring)
    if (auto words = words_of(edge); !words.empty()) add_certain(e, id, std::move(words), evidence);
  if (const auto* edge = waits_under_lock(ring))
    return add_step(e, "do not call " + std::string(edge->by) + " in " + source_name(edge->at->ref.symbol) + " under " +
                           edge->held.name + ": wait before it is taken or after it is dropped");
  if (ring.size() == 2)
    return add_step(e,
                    "choose one order for these locks and keep it in both places, or drop the outer lock before the "
                    "inner one is taken");
  const auto* at = ring.front().at;
  add_step(e, "break the ring in one place: " + (at ? source_name(at->ref.symbol) : std::string("whoever takes it")) +
                  " could drop " + words_of(ring.back().lock) + " before it asks for " + words_of(ring.front().lock) +
                  ", or another of these functions the lock that it holds");
}

// Where the report's own task takes the lock that it asked about.
const Frame* own_taker(const Report& r) {
  for (const auto& stack : r.stacks)
    if (stack.role == StackRole::lock_at && !stack.frames.empty()) return &stack.frames.front();
  return nullptr;
}

// Who takes a lock in an interrupt, and who takes one with interrupts on, so that such an interrupt may come (v6.1
// kernel/locking/lockdep.c print_bad_irq_dependency, print_usage_bug).
class Usage {
 public:
  Usage(const Report& r, Explanation& e, std::string_view id) : e_(e), id_(id), state_(state_of(r)) {}

  void taken_in_irq(std::string_view lock, const Frame* frame) {
    if (!frame || lock.empty()) return;
    add_certain(e_, id_, std::string(state_.takes) + " takes " + std::string(lock) + " in " + place_of(*frame),
                "the kernel's record of the lock's uses");
  }
  void taken_openly(std::string_view lock, const Frame* frame) {
    if (!frame || lock.empty()) return;
    add_certain(e_, id_, std::string(lock) + " is taken " + std::string(state_.open) + " in " + place_of(*frame),
                "the kernel's record of the lock's uses");
    add_step(e_,
             source_name(frame->ref.symbol) + " must take " + std::string(lock) + " " + std::string(state_.instead));
  }

 private:
  Explanation& e_;
  std::string_view id_;
  const State& state_;
};

const Frame* taker_in(const Report& r, StackRole role) {
  const auto at = std::ranges::find(r.stacks, role, &Stack::role);
  return at == r.stacks.end() ? nullptr : taker(*at);
}

}  // namespace

std::string lock_story(const Report& r) {
  const auto problem = r.fact(fact::problem);
  if (problem == "circular dependency") return ring_story(r);
  if (problem == "recursive locking") return recursion_story(r);
  return irq_story(r);
}

// "#1: is held, #0 is wanted": A → B means that B is taken while A is held.
void tell_cycle(const Report& r, Explanation& e, std::string_view id) {
  if (r.fact(fact::problem) != "recursive locking") return tell_ring(r, e, id);
  const std::string lock(r.fact(fact::wanted_lock));
  if (lock.empty()) return;
  if (sort_of_name(lock) != LockSort::lock)
    return add_step(e, "a work must not flush or cancel itself, nor the workqueue that it runs on");
  add_likely(e, id,
             lock + " → " + lock +
                 ": a lock of this class is held already; the same lock waits for itself for ever, two of a class "
                 "need a nesting annotation",
             "the lock that lockdep says is wanted, and held");
}

void tell_irq_order(const Report& r, Explanation& e, std::string_view id) {
  const auto safe = r.fact(fact::irq_safe_lock), unsafe = r.fact(fact::irq_unsafe_lock);
  if (safe.empty() || unsafe.empty()) return;
  add_certain(e, id, way_between(r) + " (each is wanted while the one before it is held, directly or over others)",
              "the locks that the kernel calls irq-safe and irq-unsafe");
  Usage usage(r, e, id);
  const auto wanted = r.fact(fact::wanted_lock);
  const bool inversion = r.fact(fact::problem) == "irq inversion";
  usage.taken_in_irq(safe, inversion && wanted == safe ? own_taker(r) : taker_in(r, StackRole::lock_in_irq));
  usage.taken_openly(unsafe, inversion && wanted == unsafe ? own_taker(r) : taker_in(r, StackRole::lock_irqs_on));
}

// "{SOFTIRQ-ON-W} -> {IN-SOFTIRQ-W}": how it was taken before, and how it is now.
void tell_irq_state(const Report& r, Explanation& e, std::string_view id) {
  const auto lock = r.fact(fact::wanted_lock), use = r.fact(fact::usage);
  Usage usage(r, e, id);
  const auto arrow = use.find(" -> {");
  const bool known = arrow != std::string_view::npos, now_in_irq = known && use.substr(arrow).starts_with(" -> {IN-");
  const auto *in_irq = taker_in(r, StackRole::lock_in_irq), *openly = taker_in(r, StackRole::lock_irqs_on);
  usage.taken_in_irq(lock, in_irq || !now_in_irq ? in_irq : own_taker(r));
  usage.taken_openly(lock, openly || now_in_irq || !known ? openly : own_taker(r));
}

}  // namespace unoops::kinds
