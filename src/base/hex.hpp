// "0x8": an address or a value, as it is spelled everywhere.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>

#include "base/rooms.hpp"

namespace unoops::base {

inline std::string hex(std::uint64_t value) {
  char text[18] = "0x";
  return {text, std::to_chars(text + 2, text + sizeof text, value, 16).ptr};
}

}  // namespace unoops::base
