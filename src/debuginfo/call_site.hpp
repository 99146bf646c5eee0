// The call before a return address within a file.
#pragma once

#include "base/rooms.hpp"
#include "debuginfo/debug_file.hpp"
#include "machine/call_site.hpp"

namespace unoops::debuginfo {

// The target: where it lies in the same file.
CallSite call_before(DebugFile&, std::uint64_t return_address);

}  // namespace unoops::debuginfo
