// Report (+ symbols) → FaultSite → Explanation.
#pragma once

#include "unoops/report.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops {

// Disassembles the Code bytes and, where symbols are at hand (may be null), names the bad pointer. Fills report.site.
void inspect_fault(Report&, KernelSymbols*);

// Fills report.explanation from the report and its site.
void explain_report(Report&);

}  // namespace unoops
