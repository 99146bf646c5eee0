// A release that came with a log names files: it must not lead to others.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::base {

// As uname -r prints it (at most 64 bytes, include/uapi/linux/utsname.h), with nothing in it that means something to a
// path or to a shell: hints are copied from the screen.
inline bool is_release_name(std::string_view release) {
  constexpr std::size_t longest = 64;
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("._+-~^:@=,%").find(c) != std::string_view::npos;
  };
  return !release.empty() && release.size() <= longest && release.front() != '.' && release.front() != '-' &&
         std::ranges::all_of(release, plain);
}

}  // namespace unoops::base
