// A report's frames → their source lines.
#pragma once

#include "base/rooms.hpp"
#include "symbols/file_store.hpp"
#include "unoops/report.hpp"

namespace unoops::symbols {

// Judges the files by the report, and fills lookups.
void symbolize(Report&, FileStore&);
// The lookups alone, again: a file that was used is no more.
void look_up(Report&, FileStore&);
// Fills symbol_notes, symbol_files and warnings with what became of the files.
void note_files(Report&, const FileStore&);

}  // namespace unoops::symbols
