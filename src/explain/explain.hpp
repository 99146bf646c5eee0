// Report + FaultSite → Explanation.
#pragma once

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::explain {

// Fills report.explanation from the report and its site.
void explain_report(Report&);

}  // namespace unoops::explain
