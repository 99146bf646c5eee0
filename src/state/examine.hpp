// What a dump's memory adds to the report of its log: exact stacks, those of the other CPUs, and of the tasks that hang.
#pragma once

#include "base/rooms.hpp"
#include "state/machine.hpp"
#include "unoops/report.hpp"

namespace unoops::state {

// Of the report on which the machine stopped, of one that in the dump still lasts, or of one that is made of the dump
// alone; others it leaves alone, because the dump tells only how it ended. Once.
// `all_tasks`: the stacks of those that sleep as they should, too.
void examine(Report&, Machine&, bool all_tasks);

// A machine that nobody stopped goes on behind most reports. But a task that is still blocked, in the very calls that its
// trace shows, hangs in the dump as the report says, and a CPU may still be stuck. The task's trace becomes exact.
bool still_lasts(Report&, Machine&);

}  // namespace unoops::state
