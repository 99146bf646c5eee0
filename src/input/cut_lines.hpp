// Lines that a pager or a console's tool cut at the screen's edge.
#pragma once

#include <string_view>

#include "base/rooms.hpp"

namespace unoops::input {

// The line without the mark of the cut and the half word before it, which goes to `cut` with its name ("RCX: ffffc16").
std::string_view without_cut_word(std::string_view text, std::string_view& cut);

}  // namespace unoops::input
