// `unoops decode-stacktrace`, and unoops under the name decode_stacktrace.sh: the kernel script's arguments and exit
// statuses.
#pragma once

#include <span>
#include <string>

#include "base/rooms.hpp"

namespace unoops::cli {

// `name` is how the program was called, for the usage text; `args` is what follows it.
int decode_stacktrace(const std::string& name, std::span<const char* const> args);

}  // namespace unoops::cli
