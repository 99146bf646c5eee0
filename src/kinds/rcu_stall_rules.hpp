// What the numbers of an RCU stall say.
#pragma once

#include <array>

#include "base/rooms.hpp"
#include "kinds/stalls.hpp"

namespace unoops::kinds {

void tell_ticks(const Report&, Explanation&, std::string_view id);
void tell_waiting(const Report&, Explanation&, std::string_view id);
void tell_rcu_step(const Report&, Explanation&, std::string_view id);

inline constexpr auto rcu_stall_rules =
    std::to_array<Rule>({{"rcu-ticks", tell_ticks}, {"rcu-waiting", tell_waiting}, {"next-stall", tell_rcu_step}});

}  // namespace unoops::kinds
