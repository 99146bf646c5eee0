// What memory held of the functions that ran when the machine stopped, and of the structures that they worked on.
#pragma once

#include "base/rooms.hpp"
#include "state/machine.hpp"
#include "symbols/file_store.hpp"
#include "unoops/report.hpp"

namespace unoops::state {

// Adds variables to the frames of the report's own stack, the objects of its bad pointer and of the locks that it is
// about. Behind examine(), and behind the naming of the bad pointer. `all`: of more frames and members.
void add_values(Report&, Machine&, FileStore&, bool all);

}  // namespace unoops::state
