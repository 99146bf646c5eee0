// What EDAC's line says of a memory module beyond its name.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "kinds/rule.hpp"

namespace unoops::kinds {

// More corrected errors than chance makes, or more than could be counted.
bool fails_often(const Report&);

// The module's place, and the code of the machine check behind the line.
void tell_edac(const Report&, Explanation&, std::string_view id);

}  // namespace unoops::kinds
