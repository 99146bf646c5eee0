// What the log, not the kernel, is to blame for: where a report is cut short, mixed with another, or says too little.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"

namespace unoops::parse {

// Fills `corrupted` and the defects of a draft whose culprit was looked for (empty: not found).
void judge(ReportBuilder&, std::string_view culprit);

}  // namespace unoops::parse
