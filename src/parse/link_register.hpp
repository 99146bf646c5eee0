// Where a jump to nowhere came from.
#pragma once

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::parse {

// The function that such a report's link register points into, where the dump has its number only: another line may
// name the function. A call leaves its return address there; a return to nowhere leaves the bad address, which no
// function covers.
void name_link(Report&);

}  // namespace unoops::parse
