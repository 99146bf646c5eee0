// How a task died of an oops, and what it left behind: a dead task gives back no lock.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "kinds/rule.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

struct Death {
  bool irqs_off = false;          // in the code that faulted: the exception itself turns them off, too
  std::optional<unsigned> depth;  // how often preemption was turned off: each spinlock does it once; nothing: not told

  // As under a spinlock.
  bool atomic() const { return irqs_off || depth.value_or(0) > 0; }
};

// Nothing: the report's task did not die, or the report is of an interrupt, which has no task to kill. The lock that a
// function was about to take when it faulted is not counted.
std::optional<Death> death_of(const Report&);

// "in an NMI, with soft interrupts off, under 2 spinlocks or calls of preempt_disable()": a preempt count in words
std::string context_words(unsigned long preempt_count);

// The functions of a trace that do the report's own work: what two reports have in common there, they share.
std::vector<std::string_view> own_functions(const Report&);

// Says that the lock which the report waits for is one that a dead task left locked, and what to do about it. False:
// no death bears on it.
bool tell_left_behind(const Report&, Explanation&, std::string_view id, bool spinlock);

}  // namespace unoops::kinds
