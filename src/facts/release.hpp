// Which kernel is older.
#pragma once

#include <string_view>

#include "base/rooms.hpp"

namespace unoops::facts {

// "2.6.32-5-686" as a number that grows with the kernel; 0: no release.
unsigned long release_number(std::string_view release);

}  // namespace unoops::facts
