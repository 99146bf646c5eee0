// The custom by which the lists' titles choose a function: the names of helpers by the words in them.
#pragma once

#include <string_view>

#include "base/rooms.hpp"

namespace unoops::facts {

// Does a title pass over a function of this (plain) name, whatever the kind? A word may stand anywhere in the name, so that new variants of a
// helper (_noprof, _node, __, _locked) are known before they are written.
bool is_titles_helper(std::string_view plain);

// A delay that keeps the CPU: udelay(), mdelay() (arch/x86/lib/delay.c, arch/arm/lib/delay.c, arch/powerpc/kernel/time.c).
bool busy_waits(std::string_view symbol);
// The same, or a clock that is read meanwhile.
bool passes_time(std::string_view symbol);

// Does the name hold one of the words, which blanks separate?
bool has_any_word(std::string_view name, std::string_view words);
// A word with '^' must begin the name, with '$' end it; '*' in the middle stands for anything.
bool has_word(std::string_view name, std::string_view word);

}  // namespace unoops::facts
