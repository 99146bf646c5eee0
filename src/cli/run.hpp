#pragma once

#include <ostream>

#include "base/rooms.hpp"
#include "cli/options.hpp"

namespace unoops::cli {

int run(const Options&, std::ostream& out);  // the exit status

}  // namespace unoops::cli
