// For a program that keeps itself from all files but those that it needs.
#pragma once

#include <string>
#include <vector>

#include "unoops/symbolizer.hpp"

namespace unoops {

// Below these directories symbol files are opened, whatever a log or another symbol file names, and below the cache of
// libdebuginfod. They need not be there; links among them lead to the directory that is meant.
std::vector<std::string> symbol_directories(const SymbolOptions&);

// True: symbol files may be fetched from a server, because SymbolOptions::debuginfod or DEBUGINFOD_URLS says so. Then
// libdebuginfod connects to the network, reads its settings and certificates anywhere, and writes to its cache.
bool may_ask_debuginfod(const SymbolOptions&);

}  // namespace unoops
