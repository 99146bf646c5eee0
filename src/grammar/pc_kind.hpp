// How a printed address counts: the one function and the one table that say so (docs/report-rules.md, "What
// an address means").
#pragma once

#include <optional>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops::grammar {

// By the words around the reference on its line.
PcKind classify_pc(std::string_view text, const SymbolRefSpan&);
// The same for an address without a symbol that begins `part` of the line.
PcKind classify_address(std::string_view line, std::string_view part);

// How the address on the next line counts, if this line is a label that says so.
std::optional<PcKind> label_pc(std::string_view line);

}  // namespace unoops::grammar
