// What a relocation says of the bytes at its place.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::debuginfo {

struct Relocation {
  std::uint64_t offset = 0;  // within its section
  std::uint32_t type = 0;    // R_*
  unsigned bytes = 4;        // that it fills
  std::int64_t addend = 0;
  std::string_view symbol = {};              // empty: a place in a section
  std::optional<std::uint64_t> target = {};  // symbol + addend, where the file itself defines it
};

}  // namespace unoops::debuginfo
