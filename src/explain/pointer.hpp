// The bad pointer: what its value is made of, and the register that held it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::explain {

struct BadPointer {
  AddressClass id = AddressClass::unknown;  // facts/addresses', and what only the instruction tells
  std::string words;
  std::string held_in;                 // in the log's names; empty: not told
  std::optional<std::uint64_t> value;  // what that register held
};

// Nothing where the report is not of a bad pointer, or where nothing can be said of it.
std::optional<BadPointer> bad_pointer(const Report&);

}  // namespace unoops::explain
