// What two lines have to be, for the second to be the rest of the first.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::input {

// Does a line of the kernel's begin so? A real line is never the rest of another.
using BeginsLine = std::function<bool(std::string_view text)>;

std::string_view first_word(std::string_view);
std::string_view last_word(std::string_view);

bool is_more_code(std::string_view line, std::string_view more);
// Does `more` end what `line` began? Both without blanks at their ends.
bool completes(std::string_view line, std::string_view more, bool prefixed);
// "RAX: 0000000000000000" "RBX: ...": so does the next row of a dump.
bool goes_on_with_register(std::string_view line, std::string_view more);
// Two parts of one word: "do_wr" "ite+0x12/0x34", "00000000" "00000010".
bool are_one_word(std::string_view last, std::string_view first);
// A symbol, and "+0x48/0x4a0": no line of the kernel's begins so.
bool is_offset_of(std::string_view last, std::string_view rest);

}  // namespace unoops::input
