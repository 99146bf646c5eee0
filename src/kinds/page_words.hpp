// A dump of a page: what is complained of, and what its counters and flags say (v6.1 mm/debug.c __dump_page).
#pragma once

#include <string>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

// What the dump was made because of; a dump in front of a BUG() or WARN() is among its messages.
std::string page_dump_reason(const Report&);
// "its reference counter is not 0: somebody still holds it"; empty: no dump, or a reason that nobody knows.
std::string page_complaint(const Report&);
void tell_page(const Report&, Explanation&, std::string_view id);
void next_page(const Report&, Explanation&, std::string_view id);

}  // namespace unoops::kinds
