// How a printed address counts: the one function and the one table that say so (docs: report.md, "What an address means").
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "unoops/symbol_ref.hpp"

namespace unoops {

// From what stands around the reference on its line.
PcKind classify_pc(std::string_view text, const SymbolRefSpan&);

// What only the lines before can tell. Fed with every line of one log, in order.
class PcContext {
 public:
  // The references of this line (maybe none), in order; corrects their `pc`.
  void correct(std::string_view text, std::vector<SymbolRefSpan>& refs);

 private:
  void correct_frame(std::string_view text, SymbolRefSpan&);
  void read_label(std::string_view text);

  std::optional<SymbolRef> pc_;     // of the last register block, until its trace began
  bool has_label_ = false;          // the line before says what the address on this one is
  PcKind label_ = PcKind::return_address;
};

}  // namespace unoops
