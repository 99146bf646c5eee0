#pragma once

#include <ostream>

#include "cli/options.hpp"

namespace unoops {

int run(const Options&, std::ostream& out);  // the exit status

}  // namespace unoops
