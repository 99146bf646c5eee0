// "Code: 48 8b <48> ..." in all its forms (show_opcodes in v6.1 arch/x86/kernel/dumpstack.c, dump_kernel_instr in
// arch/arm64, ...).
#pragma once

#include "base/rooms.hpp"
#include "unoops/report.hpp"  // read_code()
