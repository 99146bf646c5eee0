// What the user should know of the symbol files: on standard error, a line each, never twice.
#pragma once

#include "base/rooms.hpp"
#include "cli/options.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops::cli {

// Files that are missing, unusable or do not fit the log; with --explain-symbols every file that was tried.
void say_of_symbols(const Options&, const Symbolizer&);

// Directories and servers that were named and are none: a line each, before anything is looked for there.
void say_of_places(const Options&);

// Says on a terminal what debuginfod downloads: a kernel's debug file takes minutes.
void show_downloads(Options&);

}  // namespace unoops::cli
