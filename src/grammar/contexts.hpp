// Names of stacks (v6.1 arch/x86/kernel/dumpstack_64.c stack_type_name, dumpstack_32.c; to v4.9 dumpstack_64.c
// x86_stack_ids).
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/stack.hpp"

namespace unoops::grammar {

// A mark within a trace, read.
struct Mark {
  Context context = Context::none;
  std::string word;  // Context::other: the mark itself, in lower case
};

// "TASK", "IRQ", "#DF", ...
Mark read_mark(std::string_view name);

}  // namespace unoops::grammar
