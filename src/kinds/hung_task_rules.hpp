// Hung tasks: what they wait for, and who holds it.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "kinds/rule.hpp"

namespace unoops::kinds {

// Those who wait for locks while the report's own task waits for something else; empty: nobody.
std::string lock_waiters(const Report&);

// What the sleeper of a stack waits for ("a mutex"), and where to look then; empty: nobody can tell.
std::string_view awaited_by(const Stack&);
std::string_view step_behind(const Stack&);

void tell_wait(const Report&, Explanation&, std::string_view id);
void tell_blocker(const Report&, Explanation&, std::string_view id);
void tell_holders(const Report&, Explanation&, std::string_view id);

inline constexpr auto hung_task_rules =
    std::to_array<Rule>({{"waits-for", tell_wait}, {"blocked-by", tell_blocker}, {"holders", tell_holders}});

}  // namespace unoops::kinds
