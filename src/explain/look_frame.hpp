// Where to look, where that is not the frame that the title names.
#pragma once

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::explain {

// Titles of stalls name the entry of the kernel's code (a system call, a thread), as is the custom: what ran below it
// is where to look. A call of nothing leaves its caller in the link register alone.
void find_place(Report&);

}  // namespace unoops::explain
