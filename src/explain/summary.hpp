// What happened, in one sentence.
#pragma once

#include <string>

#include "unoops/report.hpp"

namespace unoops {

std::string summary_of(const Report&);

}  // namespace unoops
