// The loads and stores of arm64 by their mnemonics.
#pragma once

#include <capstone/capstone.h>

#include "base/rooms.hpp"

namespace unoops::machine {

// Loads and stores: what the mnemonic says of the size, the direction and the number of registers.
struct MemoryForm {
  unsigned size = 0;  // 0: the register's
  bool load = false, store = false;
  int first = 0;  // operand of the first data register
  int count = 1;
};

// Neither load nor store: another instruction.
MemoryForm memory_form(const cs_insn&);

}  // namespace unoops::machine
