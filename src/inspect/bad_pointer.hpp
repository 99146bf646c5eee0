// The bad pointer: what its value says, and the register that held it.
#pragma once

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::inspect {

// Whether some pointer was bad, so that registers and code are worth a look. Where the pc is only where the CPU was
// interrupted, or where the kernel itself gave up, none was.
bool may_have_bad_pointer(const Report&);

// By report.site: behind describe().
BadPointer bad_pointer(const Report&);

}  // namespace unoops::inspect
