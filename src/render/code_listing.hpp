// The listing that scripts/decodecode prints behind a Code: line, in objdump's manner.
#pragma once

#include <iosfwd>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/explanation.hpp"

namespace unoops::render {

// "All code" with the trapping instruction marked, and "Code starting with the faulting instruction". Without
// instructions nothing. `code` is what stands behind "Code:": its groups (bytes on x86, words elsewhere) are printed as
// they are.
void write_code_listing(std::ostream& out, std::string_view code, const std::vector<Instruction>& instructions,
                        int address_bits);

}  // namespace unoops::render
