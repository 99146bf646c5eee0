// What sleeps, of a report that something did where it must not, and what to do instead.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

void not_to_sleep(const Report&, Explanation&, std::string_view id);

}  // namespace unoops::kinds
