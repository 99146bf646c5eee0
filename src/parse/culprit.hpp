// The frame that a report is named after.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "kinds/kind.hpp"
#include "unoops/report.hpp"

namespace unoops::parse {

// Sets report.culprit_stack and culprit_frame; returns the plain name, empty where none can be told.
std::string find_culprit(Report&, const Culprit&);

// A symbol as titles name it: undecorated, a system call's wrapper as the call ("__x64_sys_futex" is sys_futex).
std::string culprit_name(std::string_view symbol);

}  // namespace unoops::parse
