// Which exception brought the CPU into the kernel, by the function that handles it.
#pragma once

#include <string_view>

#include "base/rooms.hpp"

namespace unoops::facts {

// "a page fault" of exc_page_fault; empty: the function handles none, or several kinds of them. The name is plain.
std::string_view exception_handled_by(std::string_view plain);

}  // namespace unoops::facts
