// lockdep: the cycle of locks drawn once, with where each is taken; where a lock is taken in interrupts, and where not.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "kinds/rule.hpp"

namespace unoops::kinds {

// What happened, where the usual sentence does not say it; empty: it does.
std::string lock_story(const Report&);

void tell_cycle(const Report&, Explanation&, std::string_view id);
void tell_irq_order(const Report&, Explanation&, std::string_view id);
void tell_irq_state(const Report&, Explanation&, std::string_view id);

inline constexpr auto lockdep_deadlock_rules =
    std::to_array<Rule>({{"lock-cycle", tell_cycle}, {"irq-states", tell_irq_order}});
inline constexpr auto lockdep_state_rules = std::to_array<Rule>({{"irq-states", tell_irq_state}});

}  // namespace unoops::kinds
