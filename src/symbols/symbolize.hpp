// A report's frames → their source lines.
#pragma once

#include "base/rooms.hpp"
#include "symbols/file_store.hpp"
#include "unoops/report.hpp"

namespace unoops::symbols {

// Fills lookups, symbol_notes and warnings.
void symbolize(Report&, FileStore&);

}  // namespace unoops::symbols
