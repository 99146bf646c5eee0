// The locks that tasks and CPUs wait for, and who holds them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/rooms.hpp"
#include "state/tasks.hpp"

namespace unoops::state {

struct AwaitedLock {
  std::string_view type;  // "mutex"
  std::uint64_t address = 0;
  std::optional<std::uint64_t> owner = {};  // its task_struct
};

// Whoever sleeps for a lock has put himself on the lock's list, with a node on his own stack that names his task: the list
// leads to the lock, so neither registers nor variables are needed.
class SleepingLocks {
 public:
  explicit SleepingLocks(Target& target) : target_(target) {}
  // `in_function`: is one whose name begins so among the stack's frames? Nothing: the task waits for no such lock, or the
  // list is not whole.
  std::optional<AwaitedLock> of(const Task&, const std::function<bool(std::string_view begins)>& in_function);

 private:
  struct Row;
  static const Row rows[];

  std::optional<AwaitedLock> inherited(const Task&);
  std::optional<AwaitedLock> search(const Task&, const Row&);
  std::optional<AwaitedLock> follow(std::uint64_t link, const Row&, std::uint64_t from_link);
  bool is_waiter(std::uint64_t link, std::uint64_t from_link);

  Target& target_;
  std::unordered_map<std::uint64_t, AwaitedLock> known_;  // by the nodes of waiters
  std::size_t visited_ = 0, words_ = 0;                   // nodes of all lists, words of all stacks
};

// A register that holds the address of the lock on which the code spins, plus `delta`.
struct SpunAt {
  std::string_view type;  // the lock's
  Reg reg = no_reg;
  std::int64_t delta = 0;
};
// Of the code at the address, as DWARF tells it; empty: it does something else. Reads a unit's DWARF: ask once.
std::vector<SpunAt> spun_at(Target&, std::uint64_t ip);

}  // namespace unoops::state
