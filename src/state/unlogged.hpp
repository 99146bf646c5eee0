// What a kernel whose log is not in its dump would have printed when it stopped.
#pragma once

#include <string>

#include "base/rooms.hpp"
#include "state/machine.hpp"

namespace unoops::state {

// The lines of panic() and of its trace (v6.1 kernel/panic.c, lib/dump_stack.c dump_stack_print_info), as far as memory
// tells them, so that they are read like any log; empty: no CPU has panicked, or its stack is not there.
std::string lines_of_panic(Machine&);

}  // namespace unoops::state
