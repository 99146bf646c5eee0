// The version of the library and of the program: CMakeLists.txt reads it here.
#pragma once

#include <string_view>

namespace unoops {

inline constexpr std::string_view version = "0.1.0";

}  // namespace unoops
