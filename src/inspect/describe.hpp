// What the faulting instruction is, what it does, and with what.
#pragma once

#include "base/rooms.hpp"
#include "inspect/scene.hpp"

namespace unoops::inspect {

// Fills report.site, but for what the pointers in it are called.
void describe(Scene&);

}  // namespace unoops::inspect
