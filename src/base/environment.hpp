#pragma once

#include <cstdlib>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::base {

// An environment variable's value. Empty: it is not set, or to nothing; data() is null only where it is not set. The text
// stays, because no variable that is asked for here is set by this program.
inline std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? std::string_view(value) : std::string_view();
}

}  // namespace unoops::base
