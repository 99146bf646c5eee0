// Rust v0 (_R...) and C++ and old Rust (_ZN...) names for people.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::debuginfo {

std::string demangle(std::string_view name);  // the name itself where it is not mangled

}  // namespace unoops::debuginfo
