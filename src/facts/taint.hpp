// Taint letters (kernel v6.12, kernel/panic.c taint_flags; Documentation/admin-guide/tainted-kernels.rst).
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::facts {

std::string_view taint_meaning(char letter);  // empty: unknown; for modules' flags too
Taint read_taint(std::string_view raw);

}  // namespace unoops::facts
