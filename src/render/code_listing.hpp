// The listing that scripts/decodecode prints behind a Code: line, in objdump's manner.
#pragma once

#include <iosfwd>
#include <vector>

#include "unoops/explanation.hpp"

namespace unoops {

// "All code" with the trapping instruction marked, and "Code starting with the faulting instruction". Without a mark
// the second alone; without instructions nothing.
void write_code_listing(std::ostream& out, const std::vector<Instruction>& code);

}  // namespace unoops
