// The version of the library and of the program: CMakeLists.txt reads it here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace unoops {

inline constexpr std::string_view version = "1.0.0";

// What this build searches large logs with: "Vectorscan", or what stands in for it.
std::string_view search_engine();
// What this build can do and what it stands on: "reads", "gzip, xz, ..."; "libraries", "elfutils 0.188, ...", as they are
// loaded now where they tell it.
struct Feature {
  std::string_view name;
  std::string value;
};
std::vector<Feature> features();
// The words for which it searches: a line without any of them belongs to no report that it could open.
std::vector<std::string_view> search_needles();

}  // namespace unoops
