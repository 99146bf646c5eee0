// Capstone's AT&T text as objdump and the kernel's own scripts print it.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::machine {

// What the bytes tell and Capstone's text leaves out.
struct Encoding {
  unsigned size = 0;           // bytes of the instruction; 0: not known
  bool zero_distance = false;  // a displacement of 0 is written out: "0x0(%rbp)"
};

// "movq", "0x50(%rbx), %rax" → "mov 0x50(%rbx),%rax". Immediates are unsigned numbers of the operand's width, as objdump
// prints them: "$0xffffffffffffffea".
std::string att_style(std::string_view mnemonic, std::string_view operands, const Encoding& = {});

}  // namespace unoops::machine
