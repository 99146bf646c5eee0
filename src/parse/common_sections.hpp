// Lines that every kind of report may hold, on every architecture: traces, locks, what follows the end.
#pragma once

#include "base/rooms.hpp"
#include "parse/shape.hpp"

namespace unoops::parse {

Sections common_sections();
Shapes common_shapes();

// Keeps the line as a message.
bool message_line(Scanner, ReportBuilder&);

}  // namespace unoops::parse
