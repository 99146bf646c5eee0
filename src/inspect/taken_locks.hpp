// The spinlocks that a task held when it died, by the calls of the functions on its trace.
#pragma once

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::inspect {

class Namer;

// FaultSite::locks_taken. Only where interrupts or preemption were off, and never more than the preempt count allows.
void see_taken_locks(Report&, Namer&);

}  // namespace unoops::inspect
