// What --help, --help OPTION and --list-kinds print.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace CLI {
class App;
}

namespace unoops::cli {

// All options by groups, within 80 columns.
std::string help_text(const CLI::App&, std::string_view usage);

// The commands that have a command line of their own.
std::string command_list();

// The last cell of a table's row, which begins at `column`: wrapped on a terminal, and in one line for a program.
std::string table_cell(std::string_view text, std::size_t column);

// The table of kinds: id, severity, name.
std::string kinds_text();

// To standard output, by the pager where that is a terminal. The exit status.
int show(const std::string& text, bool by_pager = true);

}  // namespace unoops::cli
