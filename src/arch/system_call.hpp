// The system call that a report's program made.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/rooms.hpp"
#include "facts/syscalls.hpp"
#include "unoops/report.hpp"

namespace unoops::arch {

struct EnteredCall {
  SystemCall call;
  std::vector<std::uint64_t> arguments;  // empty: they are not printed
};

// By the registers that the program entered with; where they are not printed, by the functions of the trace.
std::optional<EnteredCall> entered_call(const Report&);

}  // namespace unoops::arch
