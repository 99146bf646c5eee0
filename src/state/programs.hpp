// What a task runs: its file, its arguments, its control group.
#pragma once

#include <cstdint>
#include <string>

#include "base/rooms.hpp"
#include "state/target.hpp"

namespace unoops::state {

// Each of the task_struct at the address; empty: a thread of the kernel, or it is not in the dump.
std::string command_line_of(Target&, std::uint64_t task);  // arguments with blanks between them
std::string program_of(Target&, std::uint64_t task);       // "/usr/bin/trig"
std::string cgroup_of(Target&, std::uint64_t task);        // "/system.slice/ssh.service"; the root is "/"

}  // namespace unoops::state
