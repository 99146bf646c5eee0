// The end that comes from outside: what was read is still reported.
#pragma once

#include <string_view>

#include "base/rooms.hpp"

namespace unoops::cli {

// Ctrl-C, `kill` and the end of a terminal end the input; the second one ends the program. A signal that is ignored
// (nohup) stays so.
void catch_stop_signals();

void stop_pumping();  // from a signal handler, too
bool is_stopped();
std::string_view stop_signal();  // "SIGTERM"; empty: no signal stopped it
int stop_fd();                   // has something to read once it is stopped; -1: nobody catches signals

}  // namespace unoops::cli
