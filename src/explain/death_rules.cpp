// How the task died: with interrupts or preemption off it held a spinlock, which nobody gives back.
#include <array>

#include "explain/rules.hpp"
#include "kinds/death.hpp"
#include "kinds/held_locks.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::explain {
namespace {

std::string preempt_note(const Report& r) {
  return "the preempt count " + std::string(r.fact(fact::exit_preempt_count)) + " with which it exited";
}

// The locks by name, as lockdep lists them or as the code took them. True: some were named.
bool name_locks(const Report& r, Explanation& e, std::string_view id, const Death& death) {
  bool named = false;
  for (const auto& lock : held_locks(r)) {
    if (!lock.spins || lock.pid != r.pid) continue;
    add_certain(e, id, "it died with the spinlock " + lock.name + " held, taken in " + taken_in(lock),
                "the kernel's list of held locks");
    named = true;
  }
  if (named) return true;
  for (const auto& taken : r.site.locks_taken) {
    const bool told = !taken.lock.empty();
    add_likely(e, id,
               "it died with the spinlock " + (told ? taken.lock + " held" : "held") + " that " +
                   source_name(taken.function) + " had taken (" + taken.taker + ")",
               "the function's calls, and " +
                   (death.depth.value_or(0) ? preempt_note(r) : "that " + r.fault.interrupts_told_by));
    named = true;
  }
  return named;
}

// A kernel that counts how deep preemption is off notes so where it is not zero, behind the note about interrupts.
bool counts_preemption(const Report& r) {
  const auto preempts = [](const std::string& words) { return words.find(" PREEMPT") != std::string::npos; };
  return !r.fact(fact::exit_irqs).empty() && (preempts(r.kernel.version) || preempts(r.kernel.banner));
}

void held_at_death(const Report& r, Explanation& e, std::string_view id) {
  const auto death = death_of(r);
  if (!death || !death->atomic()) return;
  const auto depth = death->depth.value_or(0);
  std::string state = death->irqs_off ? "interrupts" : "", evidence = death->irqs_off ? r.fault.interrupts_told_by : "";
  if (depth) {
    state += state.empty() ? "preemption" : " and preemption";
    evidence += (evidence.empty() ? "" : ", and ") + preempt_note(r);
  }
  add_certain(e, id, "it died with " + state + " off", evidence);
  if (!depth && counts_preemption(r)) return;
  const bool named = name_locks(r, e, id, *death);
  const bool goes_on = outcome_of(r) != Outcome::panicked && outcome_of(r) != Outcome::stopped;
  const std::string_view lasts =
      goes_on ? "; a dead task lets go of nothing: whoever wants that lock spins until a lockup or an RCU stall is told"
              : "";
  if (!named)
    add_likely(e, id,
               std::string(depth ? "so it most likely held a spinlock" : "so it may have held a spinlock") +
                   (death->irqs_off ? " (spin_lock_irqsave)" : " (spin_lock)") + std::string(lasts),
               evidence);
  else if (goes_on)
    add_likely(e, id, "the lock stays locked" + std::string(lasts), evidence);
  if (goes_on && (depth || named))
    add_step(e, "restart the machine before anything later is judged: lockups that follow are consequences of this");
}

constexpr auto rows = std::to_array<Rule>({{"held-at-death", held_at_death}});

}  // namespace

std::span<const Rule> death_rules() { return rows; }

}  // namespace unoops::explain
