// Parts of a report that take little memory, for whoever keeps many.
#pragma once

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::report {

// All but the lists, of which those that are marked in_head stay: what an index and a report's first lines ask for.
Report head_of(const Report&);
// What titles, summaries and the filters ask for (Format::tallies), as from a report that was read back: the head, the
// reports that followed, and of the stacks the culprit's frame.
Report tallied(Report&&);

}  // namespace unoops::report
