// Readers that the headers of several kinds share.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"
#include "grammar/scanner.hpp"

namespace unoops::kinds {

// Nothing to keep; only known prefixes may stand before.
bool plain_header(std::string_view before, Scanner rest, ReportBuilder&);
// Nothing to keep; anything may stand before: two CPUs collided, and nothing but a kernel says this.
bool anywhere(std::string_view before, Scanner rest, ReportBuilder&);
// The first symbol reference of the rest of the line, as a stack of its own with the words before it.
bool take_ref(Scanner rest, ReportBuilder&, std::string_view label);

// "<words>: 0000 [#1] PREEMPT SMP": the die header of x86, from behind its words (v6.1 arch/x86/kernel/dumpstack.c
// __die_header).
bool die_header(std::string_view before, Scanner rest, ReportBuilder&);

// "task:trig            state:D stack:0     pid:115   ppid:114    flags:0x00000002": a block of its own unless it is
// the report's task.
bool task_line(Scanner rest, ReportBuilder&);

}  // namespace unoops::kinds
