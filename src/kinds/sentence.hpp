// Sentences with gaps: "a CPU ran kernel code for {stuck-seconds|many} s[; it was in {culprit}]" (kinds/kind.hpp).
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "kinds/kind.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

// What happened: the sentence of the report's kind.
std::string summary_of(const Report&);
// What to look at next, by the wording that fits or the kind; empty: what it would name is not known.
std::string next_of(const Report&);

// May the sentences of this kind have a gap of this name: a fact's, the kind's own, or one that every kind has?
bool is_gap(std::string_view name, const Kind&);

std::string fill(std::string_view sentence, const Report&);

}  // namespace unoops::kinds
