// What the log, not the kernel, is to blame for: where a report is cut short, mixed with another, or says too little.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "parse/open_report.hpp"

namespace unoops::parse {

// Fills `corrupted` and the defects of a report whose culprit was looked for (empty: not found).
void check_completeness(OpenReport&, std::string_view culprit);

}  // namespace unoops::parse
