// What i386 and x86-64 share.
#pragma once

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"
#include "grammar/scanner.hpp"

namespace unoops::arch {

void decode_x86_fault(Report&);

// CR2 of a page fault whose header did not tell the address.
void take_cr2(Scanner rest, ReportBuilder&);

}  // namespace unoops::arch
