// What was done through which pointer, in words: the gaps of sentences that need what inspect/ and explain/ found out.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "kinds/kind.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

std::span<const Gap> access_gaps();

// Classes of bad pointers whose value has something to say beyond itself, and what it says.
bool explains_value(AddressClass);
std::string short_note(const Report&);

// The bus or memory refused the access, or one before it: the kernel's words for it, "synchronous external abort". Then
// the address is no bad pointer's. Empty: not that. v6.1 arch/arm/mm/fsr-2level.c, arch/arm64/mm/fault.c fault_info,
// arch/mips/kernel/traps.c do_be.
std::string bus_error(const Report&);

}  // namespace unoops::kinds
