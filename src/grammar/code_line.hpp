// "Code: 48 8b <48> ..." in all its forms (show_opcodes in v6.1 arch/x86/kernel/dumpstack.c, dump_kernel_instr in arch/arm64, ...).
#pragma once

#include <string_view>

#include "unoops/report.hpp"

namespace unoops {

// `text` is what stands behind "Code:". Bytes come in memory order: words of RISC machines are turned by the architecture's byte order.
// false: no bytes ("Bad RIP value."); then code.problem holds the words.
bool read_code(std::string_view text, const ArchInfo* arch, Code& code);

}  // namespace unoops
