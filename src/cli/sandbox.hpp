// What the program gives away before it reads what strangers wrote: a log, a dump or a symbol file that finds a fault in a
// reader finds nothing to reach through it. Nothing here fails: where the kernel lacks a part, or forbids it as some
// containers do, the program runs without that part.
#pragma once

#include <string>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::cli {

// What remains. Descriptors that are open stay as they are. A file allows itself, a directory all below it, on other
// file systems, too. A link allows what it leads to. What is not there is passed over.
struct Sandbox {
  std::vector<std::string> read;
  std::vector<std::string> rename;  // directories: files are made, renamed and removed, but no other one is written to
  std::vector<std::string> write;   // directories: all but devices and programs
  bool network = false;
  bool programs = false;  // that are started (fork, execve); what they read and write is limited as well
};

// For this thread and all that it starts from now on, for good; call it before there is another thread.
void enter(const Sandbox&);

// "Landlock, seccomp": what enter() has of this kernel; empty: nothing, or not in this build.
std::string sandbox_parts();

// The parts, in a file each. `false`: it is not there.
bool limit_files(const Sandbox&);         // Landlock
bool limit_system_calls(const Sandbox&);  // seccomp
bool has_landlock();
bool has_seccomp();

}  // namespace unoops::cli
