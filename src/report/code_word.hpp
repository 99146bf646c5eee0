// A word of a "Code:" line, for who reads the line and for who lists its instructions.
#pragma once

#include <string_view>

#include "base/rooms.hpp"

namespace unoops::report {

// "8b" of "8b" and "<8b>", "d4210000" of "(d4210000)": one to four bytes; empty: the word is none of the line's.
std::string_view code_word(std::string_view word);

}  // namespace unoops::report
