#include "kinds/live_dump.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "kinds/hung_task_rules.hpp"
#include "kinds/kind.hpp"
#include "kinds/lock_chains.hpp"
#include "kinds/stalls.hpp"

namespace unoops::kinds {
namespace {

// Whoever holds a lock lets go within moments; a device may take its time.
constexpr std::int64_t long_for_lock_us = 1'000'000, long_us = 10'000'000;
constexpr std::size_t most_told = 4;

bool waits_for_lock(const Report& r, const DumpedTask& task) { return !waits_from(r, task.pid).links.empty(); }

// Those that sleep and can't be interrupted, longest first.
std::vector<const DumpedTask*> blocked(const Report& r) {
  std::vector<const DumpedTask*> out;
  for (const DumpedTask& task : r.tasks)
    if (task.state == 'D' && !task.cpu) out.push_back(&task);
  std::ranges::stable_sort(out, [](const auto* a, const auto* b) { return a->idle_us > b->idle_us; });
  return out;
}

bool is_long(const Report& r, const DumpedTask& task) {
  const bool lock = waits_for_lock(r, task);
  return task.idle_us ? *task.idle_us >= (lock ? long_for_lock_us : long_us) : lock;
}

bool is_deadlock(const WaitChain& chain) { return chain.closes.has_value(); }

bool spins(const Report& r) {
  return r.machine &&
         std::ranges::any_of(r.machine->locks, [](const DumpedLock& lock) { return !lock.spinning.empty(); });
}

const Stack* stack_of(const Report& r, const DumpedTask& task) {
  return task.stack && *task.stack < r.stacks.size() ? &r.stacks[*task.stack] : nullptr;
}

// "5 tasks were blocked (D), 4 of them for a lock"
std::string blocked_words(const Report& r) {
  if (!r.machine || !r.machine->cpus) return {};
  const auto tasks = blocked(r);
  if (tasks.empty()) return "no task was blocked (D)";
  const auto locked = std::ranges::count_if(tasks, [&](const auto* task) { return waits_for_lock(r, *task); });
  const auto count = std::to_string(tasks.size());
  auto words = tasks.size() == 1 ? "one task was blocked (D)" : count + " tasks were blocked (D)";
  if (locked == 0) return words;
  if (tasks.size() == 1) return words + ", for a lock";
  return words + ", " + std::to_string(locked) + " of them for a lock";
}

std::string title(const Report& r, std::string_view) {
  const auto chains = wait_chains(r);
  if (std::ranges::any_of(chains, is_deadlock)) return "live dump: a deadlock";
  if (hangs(r)) return "live dump: tasks hang";
  if (spins(r)) return "live dump: CPUs spin on a lock";
  return "live dump: no task hangs";
}

void tell_chains(const Report& r, Explanation& e, std::string_view id) {
  auto chains = wait_chains(r);
  std::ranges::stable_sort(chains, std::greater(), is_deadlock);
  if (chains.size() > most_told) chains.resize(most_told);
  for (const auto& chain : chains)
    tell_chain(
        r, chain, e, id,
        task_words(r, chain.links[0].waiter) + " waits for the " + lock_words(r, *chain.links[0].lock) + ", held by ");
}

void tell_spins(const Report& r, Explanation& e, std::string_view id) {
  if (!r.machine) return;
  for (const DumpedLock& lock : r.machine->locks)
    if (!lock.spinning.empty()) return tell_spinning(r, lock, e, id);
}

// Those that wait for something else than a lock, the longest first; who is on a chain is told there.
void tell_others(const Report& r, Explanation& e, std::string_view id) {
  std::size_t told = 0;
  for (const auto* task : blocked(r)) {
    const auto* stack = stack_of(r, *task);
    const auto what = stack ? awaited_by(*stack) : std::string_view();
    if (waits_for_lock(r, *task) || what.empty() || !is_long(r, *task) || told++ == most_told) continue;
    add_likely(e, id,
               task_words(r, task->pid) + " has waited for " + std::string(what) + " for " +
                   std::to_string(*task->idle_us / 1'000'000) + " s",
               "its stack in the dump, and when it last ran");
    if (e.next_steps.empty()) add_step(e, std::string(step_behind(*stack)));
  }
}

void tell_longest(const Report& r, Explanation& e, std::string_view id) {
  const auto tasks = blocked(r);
  if (tasks.empty() || !tasks.front()->idle_us || !hangs(r)) return;
  add_certain(e, id,
              "the longest blocked is " + task_words(r, tasks.front()->pid) + ": it last ran " +
                  std::to_string(*tasks.front()->idle_us / 1'000'000) + " s before the dump",
              "its task_struct and the run queues' clocks");
}

constexpr auto rules = std::to_array<Rule>(
    {{"waits-for", tell_chains}, {"spins", tell_spins}, {"blocked", tell_others}, {"longest", tell_longest}});

std::string hanging(const Report& r) {
  const auto tasks = blocked(r);
  return hangs(r) && !tasks.empty() ? task_words(r, tasks.front()->pid) : std::string();
}

constexpr auto gaps = std::to_array<Gap>({{"blocked", blocked_words}, {"hanging", hanging}});

}  // namespace

void tell_hangs(const Report& r, Explanation& e, std::string_view id) {
  tell_chains(r, e, id);
  tell_others(r, e, id);
  tell_longest(r, e, id);
}

bool hangs(const Report& r) {
  const auto chains = wait_chains(r);
  return std::ranges::any_of(chains, is_deadlock) ||
         std::ranges::any_of(blocked(r), [&](const auto* task) { return is_long(r, *task); });
}

extern constinit const Kind live_dump{
    .info = {"live-dump", "dump of a machine that nobody had stopped", Severity::notice,
             Trait::traceless | Trait::not_stopped},
    .title_of = title,
    .sentence = "the dump is of a machine that ran on: its log tells of no crash[; {blocked}]",
    .gaps = gaps,
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .next = "find what should wake {hanging}, and why it does not: its stack shows where it sleeps",
    .next_none = "no task hangs in it: what its CPUs do is in their stacks, what all tasks do with -v",
};

}  // namespace unoops::kinds
