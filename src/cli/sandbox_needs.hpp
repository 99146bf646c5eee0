// What a command line needs of the machine, so that the program gives up the rest (cli/sandbox.hpp).
#pragma once

#include <string>

#include "base/rooms.hpp"
#include "cli/options.hpp"
#include "cli/sandbox.hpp"

namespace unoops::cli {

// Looks at the first bytes of files, and makes the cache of libdebuginfod if that may be asked.
Sandbox needs_of(const Options&);

// decode_stacktrace: a log on standard input, and symbols.
Sandbox needs_of(const SymbolOptions&);

}  // namespace unoops::cli
