// Where to look, for people and for programs alike.
#pragma once

#include <optional>
#include <string>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::render {

// In the frame's innermost function that is no helper of a kernel header. What is not known is empty.
struct Place {
  std::string function, inlined_into;
  std::string module;
  const Location* at = nullptr;      // of the function, in the report
  const Location* within = nullptr;  // of the helper that was inlined into it, where the address lies
};
Place place_of(const Frame&);

// The source line that the kernel itself names for that function ("WARNING: ... at FILE:LINE"); an empty file: it names none, or
// that of a helper.
struct PrintedPlace {
  std::string file;
  unsigned line = 0;
};
PrintedPlace printed_place(const Report&);

}  // namespace unoops::render
