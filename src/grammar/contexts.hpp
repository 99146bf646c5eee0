// Names of stacks (v6.1 arch/x86/kernel/dumpstack_64.c stack_type_name, dumpstack_32.c; to v4.9 dumpstack_64.c
// x86_stack_ids).
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::grammar {

// "TASK" → "task", "IRQ" → "irq", "#DF" → "exception", an unknown name → itself in lower case.
std::string stack_context(std::string_view mark);

}  // namespace unoops::grammar
