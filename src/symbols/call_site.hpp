// What stands before a return address: a call, and where it leads.
#pragma once

#include <cstdint>
#include <optional>

#include "base/rooms.hpp"
#include "debuginfo/debug_file.hpp"

namespace unoops::symbols {

enum class CallBefore { unknown, no, direct, indirect };  // unknown: an architecture or bytes that we can't read

struct CallSite {
  CallBefore kind = CallBefore::unknown;
  std::optional<std::uint64_t> target;  // of a direct call, where it lies in the same file
};

CallSite call_before(DebugFile&, std::uint64_t return_address);

}  // namespace unoops::symbols
