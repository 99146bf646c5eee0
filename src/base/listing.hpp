// Words in a sentence.
#pragma once

#include <string>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::base {

std::string listed(const std::vector<std::string>& words);  // "one", "one and two", "one, two and three"

}  // namespace unoops::base
