// What a terminal, a pager or a web page left in a line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::input {

struct Cleaned {
  std::string_view text;     // a part of the line, or of scratch where bytes had to go from its middle
  std::optional<int> level;  // a leaked level mark (SOH, since v3.6)
};

// Takes away \r at both ends, escape sequences, NULs and leaked level marks; resolves HTML entities.
Cleaned clean(std::string_view line, std::string& scratch);

}  // namespace unoops::input
