#pragma once

#include <ostream>

#include "base/rooms.hpp"
#include "cli/options.hpp"

namespace unoops::cli {

// --log: the logs out of memory dumps, as dmesg prints them. The exit status.
int print_dump_logs(const Options&, std::ostream& out);

}  // namespace unoops::cli
