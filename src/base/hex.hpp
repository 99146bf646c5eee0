// Numbers and bytes as they are spelled everywhere.
#pragma once

#include <charconv>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::base {

// "0x8": an address or a value.
inline std::string hex(std::uint64_t value) {
  char text[18] = "0x";
  return {text, std::to_chars(text + 2, text + sizeof text, value, 16).ptr};
}

// "0f 0b": the bytes of an instruction.
inline std::string hex_bytes(std::span<const std::uint8_t> bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const auto byte : bytes) {
    if (!out.empty()) out += ' ';
    out += {digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

}  // namespace unoops::base
