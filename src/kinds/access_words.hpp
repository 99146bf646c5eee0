// What was done through which pointer, in words: the gaps of sentences that need what inspect/ and explain/ found out.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "kinds/kind.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

std::span<const Gap> access_gaps();

// Classes of bad pointers whose value has something to say beyond itself, and what it says.
bool explains_value(AddressClass);
std::string short_note(const Report&);

}  // namespace unoops::kinds
