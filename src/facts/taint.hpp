// The letters of "Tainted: G        W  OE" and what they say.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "unoops/report.hpp"

namespace unoops {

struct TaintLetter {
  char letter;
  std::string_view name;     // as 6.12's second line spells it: "[O]=OOT_MODULE"
  std::string_view meaning;  // for people
  bool earlier_report;       // an earlier report of this boot set it: look for that one first
};

std::span<const TaintLetter> taint_letters();
const TaintLetter* find_taint(char letter);

// The letters of a printed taint string, each once, in its order. 'G' (no proprietary module), blanks and unknown
// letters say nothing.
std::vector<TaintFlag> decode_taint(std::string_view printed);

}  // namespace unoops
