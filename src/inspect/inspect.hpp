// Report + code → FaultSite.
#pragma once

#include "base/rooms.hpp"
#include "symbols/file_store.hpp"
#include "unoops/report.hpp"

namespace unoops::inspect {

// Disassembles the Code bytes and, where symbols are at hand (may be null), names the bad pointer. Fills report.site.
void inspect_fault(Report&, FileStore*);

}  // namespace unoops::inspect
