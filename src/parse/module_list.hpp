// "Modules linked in:" and what belongs to it.
#pragma once

#include <string_view>

#include "grammar/draft.hpp"

namespace unoops {

Sections module_sections();

// The rest of a module list that was broken at some 1,000 characters (v6.1 kernel/module/main.c print_modules).
bool looks_like_modules(std::string_view text);
void read_more_modules(std::string_view text, Draft&);

}  // namespace unoops
