// 4,711: a count as people write it.
#pragma once

#include <cstdint>
#include <string>

#include "base/rooms.hpp"

namespace unoops::base {

inline std::string with_commas(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (auto at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

}  // namespace unoops::base
