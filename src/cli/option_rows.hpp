// Options that several commands have, and the way in which all of them are read.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops::cli {

// As CLI::IsMember, with the word that was most likely meant, or those there are if they fit on a line, or the
// option that lists them.
CLI::Validator one_of(std::vector<std::string> words, std::string lister = "--help");

// "one of a, b, c": for the help of an option with few words.
std::string choices(const std::vector<std::string>& words);

void add_symbol_options(CLI::App&, SymbolOptions&, const char* group);

// Says it; the exit status of a bad command line.
int refuse(const std::string& words);

// Nothing: all is well. Else the program ends with this status; said already. `help`: the command that lists the options.
// A word that begins with "-" and is no option of `app` gets the nearest that is.
std::optional<int> parse(CLI::App& app, int argc, const char* const* argv, const std::string& help);

}  // namespace unoops::cli
