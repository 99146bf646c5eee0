// `unoops decode-stacktrace`, and unoops under the name decode_stacktrace.sh: the kernel script's arguments and exit
// statuses.
#pragma once

#include <iosfwd>
#include <span>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::cli {

// `name` is how the program was called, for the usage text; `args` is what follows it. Standard input to `out`.
int decode_stacktrace(std::string_view name, std::span<const char* const> args, std::ostream& out, std::ostream& err);

}  // namespace unoops::cli
