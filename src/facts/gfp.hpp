// The flags of an allocation.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::facts {

// "0x10cc0(GFP_KERNEL|__GFP_NORETRY)" → "GFP_KERNEL|__GFP_NORETRY". Kernels to v4.5 print only the number, whose bits
// have moved since: the release tells which are meant. Where it does not, the number.
std::string gfp_names(std::string_view mask, std::string_view release);

}  // namespace unoops::facts
