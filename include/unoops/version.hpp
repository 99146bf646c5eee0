// The version of the library and of the program: CMakeLists.txt reads it here.
#pragma once

#include <string_view>
#include <vector>

namespace unoops {

inline constexpr std::string_view version = "0.1.0";

// What this build searches large logs with: "Vectorscan", or what stands in for it.
std::string_view search_engine();
// The words for which it searches: a line without any of them belongs to no report that it could open.
std::vector<std::string_view> search_needles();

}  // namespace unoops
