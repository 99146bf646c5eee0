// Moments as text, where the source has them as numbers.
#pragma once

#include <ctime>
#include <string>

#include "base/rooms.hpp"

namespace unoops::input {

// "2026-11-28T09:30:12", and the letter or fraction that is to stand behind it.
inline std::string utc_text(std::time_t seconds, const std::string& behind = "Z") {
  std::tm parts{};
  char text[40];
  if (!::gmtime_r(&seconds, &parts)) return {};
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts)) + behind;
}

}  // namespace unoops::input
