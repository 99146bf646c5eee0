// Lines that a pager or a console's tool cut at the screen's edge.
#pragma once

#include <string_view>

#include "base/rooms.hpp"

namespace unoops::input {

// The line without the mark of the cut and the half word before it; these go to `cut`, which stays empty where the line
// is whole.
std::string_view without_cut_word(std::string_view text, std::string_view& cut);

}  // namespace unoops::input
