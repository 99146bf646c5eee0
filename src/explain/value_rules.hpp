// What else is known of the bad pointer's value: FaultSite::sightings in words.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::explain {

void seen_before(const Report&, Explanation&, std::string_view id);
void value_steps(const Report&, Explanation&, std::string_view id);

}  // namespace unoops::explain
