// What an expert says of a machine check: its bits, its place, and what to replace.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "kinds/rule.hpp"

namespace unoops::kinds {

// What was found by looking, not by an exception: "Machine Check: 0 Bank 8: "; to v4.x also "Exception: 0 Bank 8: "
bool is_polled_check(std::string_view line);

// Gaps. "12 hardware errors"; "deferred"; "memory controller error: reading memory, channel 1".
std::string machine_check_errors(const Report&);
std::string unused_data(const Report&);
std::string broken(const Report&);

void tell_machine_check(const Report&, Explanation&, std::string_view id);
void next_broken_part(const Report&, Explanation&, std::string_view id);

// The machine is a guest: its hardware's errors are the host's, or somebody's test. True: said.
bool tell_guest(const Report&, Explanation&, std::string_view id);

}  // namespace unoops::kinds
