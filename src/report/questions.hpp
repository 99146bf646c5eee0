// The questions that more than one room asks of a report, each answered here alone.
#pragma once

#include <string>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::report {

// Is the stack printed again: behind the end trace, or by a report that only goes on with this one?
bool is_repeat(const Stack&);
// Is it of the CPU or task that reports, and no register dump behind the end trace? Stacks of a report that goes on
// with this one count, too, because this one takes its registers and code if it has none of its own.
bool is_own(const Stack&);
// A trace that the CPU that reports printed: the report's, the panic's, or that of the CPU's state behind them.
bool is_call_trace(const Stack&);

// Each is the first of its kind; null: none was printed.
const Frame* own_pc(const Report&);      // the instruction pointer
const Frame* link_frame(const Report&);  // the link register
const Stack* own_trace(const Report&);   // the call trace

// The stack pointer of the report's registers; null: it has none, or its architecture is not known.
const Register* stack_pointer(const Report&);

// The frame that title and signature name; null: none.
const Frame* culprit_frame(const Report&);
// The frame to look at: the culprit's, unless Explanation::look_stack names another.
const Frame* look_frame(const Report&);

// What else is known of the bad pointer's value; null: not that.
const Sighting* sighting(const Report&, Sight);

// The bus or memory refused the access, or one before it: the kernel's words for it, "synchronous external abort". Then
// the address is no bad pointer's. Empty: not that. v6.1 arch/arm/mm/fsr-2level.c, arch/arm64/mm/fault.c fault_info,
// arch/mips/kernel/traps.c do_be.
std::string bus_error(const Report&);

// What became of the machine behind the report. All sentences about it follow from this one answer.
enum class Outcome { went_on, panicked, stopped, not_stopped, not_told, no_fault };
Outcome outcome_of(const Report&);

// Is it a context that stops whatever the CPU did before?
bool is_interrupt(Context);
// Did the report's own code run in an interrupt? Then the task is a bystander.
bool in_interrupt(const Report&);

}  // namespace unoops::report
