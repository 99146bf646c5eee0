// What a dump's memory adds to the report of its log: exact stacks, those of the other CPUs, and of the tasks that hang.
#pragma once

#include "base/rooms.hpp"
#include "state/machine.hpp"
#include "unoops/report.hpp"

namespace unoops::state {

// Of the report on which the machine stopped, or of a task that in the dump still hangs as the report says; others it leaves
// alone, because the dump tells only how it ended.
// `all_tasks`: the stacks of those that sleep as they should, too.
void examine(Report&, Machine&, bool all_tasks);

}  // namespace unoops::state
