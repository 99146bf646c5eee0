// What the conditions that checks ask for mean, where they name the cause themselves.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::facts {

struct FailedCondition {
  std::string words;  // "interrupts are on, where they must be off"; empty: not known
  std::string step = {};
};

// Of a check that failed: WARN_ON(), BUG_ON() and their likes because the condition is true, lockdep_assert_*() and
// ASSERT*() because it is not. The macro may be empty: a condition that the kernel printed.
FailedCondition failed_condition(std::string_view macro, std::string_view condition);

}  // namespace unoops::facts
