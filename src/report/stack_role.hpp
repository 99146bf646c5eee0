// What the words over a stack say that it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/stack.hpp"

namespace unoops::report {

StackRole role_of_label(std::string_view label);

// The labels that readers write in one form for all logs, and for memory dumps.
std::string task_label(std::string_view comm, std::int64_t pid);  // "task kworker/0:1:12"
std::string cpu_state_label(unsigned cpu);                        // "State of CPU 1"

}  // namespace unoops::report
