// The frame that a report is named after.
#pragma once

#include <string>

#include "kinds/kind.hpp"
#include "unoops/report.hpp"

namespace unoops {

// Sets report.culprit_stack and culprit_frame; returns the plain name, empty where none can be told.
std::string find_culprit(Report&, const Culprit&);

}  // namespace unoops
