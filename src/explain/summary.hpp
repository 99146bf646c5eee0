// What happened, in one sentence for somebody who knows C and never read an oops.
#pragma once

#include <string>
#include <string_view>

#include "unoops/report.hpp"

namespace unoops {

std::string summary_of(const Report&);

// Classes of bad pointers whose value has something to say beyond itself, and what it says.
bool explains_value(std::string_view address_class);
std::string short_note(const Report&);

// The sentence of kinds that need no more than their facts (sentence.hpp); empty: another kind.
std::string_view sentence_of(std::string_view kind);
// The sentence of kinds that say by a word what exactly went wrong; empty: another kind, or no such word.
std::string_view sentence_by_word(const Report&);

}  // namespace unoops
