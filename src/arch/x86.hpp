// What i386 and x86-64 share.
#pragma once

#include "unoops/report.hpp"

namespace unoops {

void decode_x86_fault(Report&);

}  // namespace unoops
