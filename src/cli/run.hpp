#pragma once

#include "base/rooms.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"

namespace unoops::cli {

int run(const Options&, Output&);  // the exit status

}  // namespace unoops::cli
