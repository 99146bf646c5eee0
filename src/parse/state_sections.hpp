// What the dump of a CPU's state begins with, on every architecture: who ran, and the code at its pc.
#pragma once

#include "base/rooms.hpp"
#include "parse/shape.hpp"

namespace unoops::parse {

Sections state_sections();
Shapes state_shapes();

}  // namespace unoops::parse
