// Capstone's AT&T text as objdump and the kernel's own scripts print it.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::machine {

// "movq", "0x50(%rbx), %rax" → "mov    0x50(%rbx),%rax" with a single blank
std::string att_style(std::string_view mnemonic, std::string_view operands);

}  // namespace unoops::machine
