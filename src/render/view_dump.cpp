#include "render/view_dump.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "report/dumped_locks.hpp"

namespace unoops::render {
namespace {

// "kfwaiter (pid 130)", "CPU 0"; a few of them
std::string who_waits(const Report& r, const DumpedLock& lock) {
  static constexpr std::size_t most = 4;
  std::vector<std::string> all;
  for (const auto pid : lock.waiting) all.push_back(clean(task_words(r, pid)));
  for (const auto cpu : lock.spinning) all.push_back(fmt::format("CPU {}", cpu));
  auto words =
      fmt::format("{}", fmt::join(all.begin(), all.begin() + std::min<std::ptrdiff_t>(std::ssize(all), most), ", "));
  if (all.size() > most) words += fmt::format(" and {} more", all.size() - most);
  return words + (all.size() == 1 ? " waits" : " wait");
}

// "kfowner (pid 129) holds the struct mutex at ffff888003c0d418, for which kfwaiter (pid 130) waits"; where the holder
// waits himself, a line for each step.
void tell_chain(const Report& r, const WaitChain& chain, std::vector<std::string>& out) {
  const auto lock_at = [&](std::size_t i) { return clean(lock_words(r, *chain.links[i].lock)); };
  if (chain.links.size() == 1 && !chain.closes) {
    const auto words = fmt::format("{}, for which {}", lock_at(0), who_waits(r, *chain.links[0].lock));
    return out.push_back(chain.holder ? fmt::format("{} holds the {}", clean(task_words(r, *chain.holder)), words)
                                      : words);
  }
  out.push_back(fmt::format("{} for {}", who_waits(r, *chain.links[0].lock), lock_at(0)));
  for (std::size_t i = 1; i < chain.links.size(); ++i)
    out.push_back(
        fmt::format("→ held by {}, who waits for {}", clean(task_words(r, chain.links[i].waiter)), lock_at(i)));
  if (!chain.holder) return;
  out.push_back(fmt::format("→ held by {}{}", clean(task_words(r, *chain.holder)), chain.closes ? ": a deadlock" : ""));
}

// Locks that CPUs alone wait for are on no chain of tasks.
void tell_locks(const Report& r, std::vector<std::string>& out) {
  for (const auto& chain : wait_chains(r)) tell_chain(r, chain, out);
  for (const DumpedLock& lock : r.machine->locks)
    if (lock.waiting.empty())
      out.push_back(fmt::format("{}, for which {}", clean(lock_words(r, lock)), who_waits(r, lock)));
}

// "56 tasks, none of them blocked (D)"
std::string count_tasks(const Report& r) {
  const auto hanging = std::ranges::count(r.tasks, 'D', &DumpedTask::state);
  const auto words = plural(*r.machine->tasks, "task", "tasks");
  return words + (hanging == 0 ? ", none of them blocked (D)" : fmt::format(", {} of them blocked (D)", hanging));
}

}  // namespace

Statement dump_statement(const Report& r) {
  static constexpr std::size_t most = 4;
  Statement out{"Dump", {}, ""};
  if (!r.machine || !r.machine->cpus) return out;
  auto words = plural(*r.machine->cpus, "CPU", "CPUs");
  if (r.machine->tasks) words += ", " + count_tasks(r);
  out.sentences.push_back(std::move(words));
  tell_locks(r, out.sentences);
  const auto& missing = r.machine->missing;
  for (std::size_t i = 0; i < std::min(missing.size(), most); ++i) out.sentences.push_back(clean(missing[i]));
  if (missing.size() > most)
    out.sentences.push_back(fmt::format("and {} more such lines in JSON", missing.size() - most));
  return out;
}

}  // namespace unoops::render
