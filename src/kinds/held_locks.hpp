// What lockdep lists: "2 locks held by trig/55:" and its rows.
#pragma once

#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

struct HeldLock {
  std::string comm;  // of the task that holds it
  std::int64_t pid = 0;
  std::string address, name;  // "ffff888001ee4100", "&dev->mutex#3"
  std::string at, module;     // where it was taken: "kfault_owner", "kfault"
  bool spins = false;         // no task may sleep under it: lockdep's wait type 1 or 2
  bool last = false;          // of its task: a task that waits for a lock is listed as if it held it
};

std::vector<HeldLock> held_locks(const Report&);

// "kf_hung [kfault]"
std::string taken_in(const HeldLock&);

}  // namespace unoops::kinds
