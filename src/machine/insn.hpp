// One machine instruction as the data flow sees it: the same few effects for every architecture.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::machine {

// Registers by their DWARF numbers, the one numbering that location lists, Capstone's names and logs can all be mapped
// to.
using Reg = std::int16_t;
inline constexpr Reg no_reg = -1;
inline constexpr int max_regs = 34;  // arm64: x0-x30, sp

struct Mem {
  Reg base = no_reg;
  Reg index = no_reg;
  std::int64_t scale = 1;
  std::int64_t disp = 0;    // with neither base nor index: the address itself
  bool per_cpu = false;     // %gs: (x86-64) or %fs: (i386)
  std::uint64_t field = 0;  // address of the bytes that hold disp, where a relocation may stand; 0: none
};

enum class Verb : std::uint8_t {
  clobber,      // dst = something
  copy,         // dst = a
  constant,     // dst = imm
  add,          // dst = a + b * imm
  add_const,    // dst = a + imm
  shift,        // dst = a << imm
  shift_right,  // dst = a >> imm; a tag in a pointer's top byte may be left out
  multiply,     // dst = a * imm
  align,        // dst = a with low bits cleared
  merge,        // dst = dst, or a (no_reg: *mem), as a condition says
  address,      // dst = &mem
  load,         // dst = *mem
  store,        // *mem = a, or imm if a is no_reg
  modify,       // *mem = something
  current,      // dst = the task that runs: arm64's sp_el0, powerpc's r13->__current
};

struct Effect {
  Verb verb = Verb::clobber;
  Reg dst = no_reg;
  Reg a = no_reg;
  Reg b = no_reg;
  std::uint8_t size = 8;  // bytes of the operation
  std::int64_t imm = 0;
  std::uint64_t field = 0;  // address of the bytes that hold imm; 0: none
  Mem mem{};
};

struct MemoryAccess {
  Mem mem;
  unsigned size = 0;
  bool read = false;
  bool write = false;
  std::uint64_t mask = 0;  // bits that the instruction looks at or changes; 0: all
};

enum class Flow : std::uint8_t { next, jump, branch, call, indirect_call, indirect_jump, ret, trap };

struct Insn {
  std::uint64_t address = 0;
  unsigned size = 0;
  Flow flow = Flow::next;
  std::optional<std::uint64_t> target;  // of jump, branch, call
  std::uint64_t target_field = 0;       // address of the bytes that hold the target
  Reg callee = no_reg;                  // indirect: the register that holds the target ...
  std::optional<Mem> callee_mem;        // ... or the memory
  bool string_op = false;               // rep movs and the like
  bool maybe_patched = false;           // a nop that a static key may turn into a jump
  std::vector<Effect> effects;
  // What it names and can fault; not the stack's words of x86's push, pop, call and ret.
  std::vector<MemoryAccess> accesses;
  Reg divisor = no_reg;            // of a division: the register that holds the divisor ...
  std::optional<Mem> divisor_mem;  // ... or the memory
  unsigned divisor_size = 0;       // in bytes

  std::uint64_t end() const { return address + size; }
  bool writes(Reg r) const {
    for (const Effect& effect : effects)
      if (effect.dst == r) return true;
    return false;
  }
};

}  // namespace unoops::machine
