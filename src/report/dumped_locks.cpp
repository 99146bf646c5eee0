#include "report/dumped_locks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace unoops::report {
namespace {

const DumpedTask* task_of(const Report& r, std::int64_t pid) {
  const auto task = std::ranges::find(r.tasks, pid, &DumpedTask::pid);
  return task == r.tasks.end() ? nullptr : &*task;
}

bool contains(const auto& values, auto value) { return std::ranges::find(values, value) != values.end(); }

// Of a task that sleeps for it, or whose CPU spins on it. An idle task (pid 0) is none: each CPU has one of that number.
const DumpedLock* awaited_by(const Report& r, std::int64_t pid) {
  const auto* task = task_of(r, pid);
  for (const DumpedLock& lock : r.machine->locks)
    if (contains(lock.waiting, pid) || (task && task->cpu && pid != 0 && contains(lock.spinning, *task->cpu)))
      return &lock;
  return nullptr;
}

}  // namespace

WaitChain waits_from(const Report& r, std::int64_t pid) {
  WaitChain out;
  if (!r.machine) return out;
  for (std::optional<std::int64_t> at = pid; at;) {
    const auto known = std::ranges::find(out.links, *at, &WaitChain::Link::waiter);
    if (known != out.links.end()) {
      out.closes = static_cast<std::size_t>(known - out.links.begin());
      break;
    }
    const auto* lock = awaited_by(r, *at);
    if (!lock) break;
    out.links.push_back({*at, lock});
    at = out.holder = lock->owner;
  }
  return out;
}

std::vector<WaitChain> wait_chains(const Report& r) {
  std::vector<WaitChain> out;
  if (!r.machine) return out;
  std::vector<const DumpedLock*> told;
  const auto tell = [&](const DumpedLock& lock) {
    if (lock.waiting.empty() || contains(told, &lock)) return;
    auto chain = waits_from(r, lock.waiting.front());
    for (const auto& link : chain.links) told.push_back(link.lock);
    out.push_back(std::move(chain));
  };
  const auto is_held_by_waiter = [&](const DumpedLock& lock) {
    return std::ranges::any_of(lock.waiting, [&](std::int64_t pid) {
      return std::ranges::any_of(r.machine->locks, [&](const DumpedLock& other) { return other.owner == pid; });
    });
  };
  for (const DumpedLock& lock : r.machine->locks)
    if (!is_held_by_waiter(lock)) tell(lock);
  for (const DumpedLock& lock : r.machine->locks) tell(lock);
  return out;
}

std::string task_words(const Report& r, std::int64_t pid) {
  std::string comm = "a task";
  if (const auto* task = task_of(r, pid)) {
    comm = task->comm;
  } else if (pid == r.pid) {
    comm = r.comm;
  } else if (r.machine) {
    const auto lock = std::ranges::find(r.machine->locks, pid, &DumpedLock::owner);
    if (lock != r.machine->locks.end()) comm = lock->owner_comm;
  }
  return fmt::format("{} (pid {})", comm, pid);
}

// What the report's own trace asks for is the lock that its own task, or its own CPU, waits for.
std::string lock_name(const Report& r, const DumpedLock& lock) {
  const auto& handed = r.site.handed;
  const bool own = (r.pid && contains(lock.waiting, *r.pid)) || (r.cpu && contains(lock.spinning, *r.cpu));
  if (!own || !handed || handed->confidence != Confidence::certain || !handed->expression.starts_with('&')) return {};
  // v6.1 include/linux/spinlock_types.h: it is a spinlock_t's first member.
  const bool spins = lock.type == "struct qspinlock" && handed->type.find("spin") != std::string::npos;
  if (handed->type != lock.type && !spins) return {};
  return handed->expression.substr(1);
}

std::string lock_words(const Report& r, const DumpedLock& lock) {
  auto name = lock_name(r, lock);
  if (name.empty()) name = lock.symbol;
  return fmt::format("{}{}{} at {:x}", lock.type, name.empty() ? "" : " ", name, lock.address);
}

}  // namespace unoops::report
