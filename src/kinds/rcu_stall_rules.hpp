// What the numbers of an RCU stall say.
#pragma once

#include <array>

#include "base/rooms.hpp"
#include "kinds/stalls.hpp"

namespace unoops::kinds {

// "5252 jiffies = 21 s at HZ=250": how long that is, where the timeout that ran out tells it.
std::string jiffies_words(std::string_view count, const Report&);

// RCU's kthread sleeps until a timer wakes it: no CPU time is what it lacks.
bool waits_for_timer(const Report&);

void tell_starved(const Report&, Explanation&, std::string_view id);
void tell_cpus(const Report&, Explanation&, std::string_view id);
void tell_readers(const Report&, Explanation&, std::string_view id);
void tell_waiting(const Report&, Explanation&, std::string_view id);
void tell_rcu_step(const Report&, Explanation&, std::string_view id);

inline constexpr auto rcu_stall_rules = std::to_array<Rule>({{"rcu-starved", tell_starved},
                                                             {"rcu-ticks", tell_cpus},
                                                             {"rcu-readers", tell_readers},
                                                             {"rcu-waiting", tell_waiting},
                                                             {"next-stall", tell_rcu_step}});

}  // namespace unoops::kinds
