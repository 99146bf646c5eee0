// How a printed address counts: the one function and the one table that say so (docs: report.md, "What an address
// means").
#pragma once

#include <optional>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops::grammar {

// From what stands around the reference on its line.
PcKind classify_pc(std::string_view text, const SymbolRefSpan&);
// The same for an address without a symbol that begins `part` of the line.
PcKind classify_address(std::string_view line, std::string_view part);

// What this line says of the address on the line behind it; nothing: it is no such label.
std::optional<PcKind> label_pc(std::string_view line);

}  // namespace unoops::grammar
