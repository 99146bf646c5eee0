#include "facts/release.hpp"

#include <algorithm>
#include <charconv>

namespace unoops::facts {

unsigned long release_number(std::string_view release) {
  constexpr unsigned long parts = 3, each = 1000;
  unsigned long number = 0;
  const char* at = release.data();
  const char* const end = at + release.size();
  for (unsigned long part = 0; part < parts; ++part) {
    unsigned long value = 0;
    const auto read = std::from_chars(at, end, value);
    if (read.ec == std::errc()) at = read.ptr != end && *read.ptr == '.' ? read.ptr + 1 : end;
    number = number * each + std::min(value, each - 1);
  }
  return number;
}

}  // namespace unoops::facts
