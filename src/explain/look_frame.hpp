// The frame to look at, if it is not the one that the title names.
#pragma once

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::explain {

// Sets Explanation::look_stack and look_frame. The title of a stall names, as is the custom, where the CPU entered the
// kernel (a system call, a thread), but the trouble is in a frame below. After a call of NULL only the link register
// holds the caller.
void set_look_frame(Report&);

}  // namespace unoops::explain
