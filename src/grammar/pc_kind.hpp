// How a printed address counts: the one function and the one table that say so (docs: report.md, "What an address
// means").
#pragma once

#include <string_view>

#include "unoops/symbol_ref.hpp"

namespace unoops {

// From what stands around the reference on its line.
PcKind classify_pc(std::string_view text, const SymbolRefSpan&);

}  // namespace unoops
