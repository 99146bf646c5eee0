// The locks of a memory dump: who waits for whom.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::report {

// From a task along the locks' owners: each waits for a lock that the next one holds.
struct WaitChain {
  struct Link {
    std::int64_t waiter;  // a task's pid
    const DumpedLock* lock;
  };
  std::vector<Link> links;
  std::optional<std::int64_t> holder = {};  // of the last lock; nothing: that lock does not tell, or nobody has it
  std::optional<std::size_t> closes = {};   // the link whose waiter the holder is: from there on it is a deadlock
};

// Empty: the task waits for no lock that the dump tells of.
WaitChain waits_from(const Report&, std::int64_t pid);
// Each lock that somebody waits for is on one of them: those that nobody behind waits for come first on theirs.
std::vector<WaitChain> wait_chains(const Report&);

// "kfowner (pid 130)"
std::string task_words(const Report&, std::int64_t pid);
// "struct mutex dev->mutex at ffff888003c0d418"; the name only where the report's own code is known to ask for it, or of
// a variable: "struct mutex rtnl_mutex at ffffffff82a0d418".
std::string lock_words(const Report&, const DumpedLock&);
// "dev->mutex"; empty: not known.
std::string lock_name(const Report&, const DumpedLock&);

}  // namespace unoops::report
