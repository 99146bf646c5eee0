// What else is known of the bad pointer's value: where the code, the stack, the system call, another register or the page
// tables show it.
#pragma once

#include <optional>
#include <string_view>

#include "base/rooms.hpp"
#include "inspect/scene.hpp"
#include "unoops/report.hpp"

namespace unoops::inspect {

// Values that a program may hold as a constant and never as a pointer: text, patterns, foreign numbers. Marks that the
// kernel's own code writes (LIST_POISON) are none.
bool may_be_constant(const BadPointer&);

// Does the code around the fault hold the value as a constant?
void see_constant(const Scene&);
// Was the pointer read from the stack?
void see_stack_variable(const Scene&);
// By report.site.bad_pointer: the system call, the other registers, the page tables.
void see_elsewhere(Report&);

}  // namespace unoops::inspect
