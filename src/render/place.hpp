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

}  // namespace unoops::render
