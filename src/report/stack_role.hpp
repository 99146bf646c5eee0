// What the words over a stack say that it is.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "unoops/stack.hpp"

namespace unoops::report {

StackRole role_of_label(std::string_view label);

}  // namespace unoops::report
