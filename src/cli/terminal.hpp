// What standard output is: a terminal and how wide, with colours and links or without.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "base/environment.hpp"

namespace unoops::cli {

enum class Color { automatic, always, never };

// An environment variable's value (base/environment.hpp).
using Variable = std::function<std::string_view(const char* name)>;

// Columns of text: the terminal's, else those of COLUMNS, between 80 and 200; 100 where nobody looks at a terminal, so that
// what a pipe gets does not depend on one. `columns`: as the terminal says; 0: it does not. nullopt: there is no terminal.
int text_width(std::optional<unsigned> columns, const Variable&);

// What was asked for; else NO_COLOR, CLICOLOR_FORCE and FORCE_COLOR, CLICOLOR and TERM, the first that says something
// (no-color.org, bixense.com/clicolors, force-color.org). Else whether it is a terminal.
bool wants_color(Color asked, bool terminal, const Variable&);

// OSC 8 is passed over by every terminal but the dumb ones and the kernel's own, which has no mouse either.
bool shows_links(bool terminal, const Variable&);

// The same of this process. Standard output must not have been given to a pager yet.
bool stdout_is_terminal();
std::optional<unsigned> terminal_columns();

}  // namespace unoops::cli
