// What the architectures' lifters share: an instruction's operands as Capstone tells them, and effects to be added.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/rooms.hpp"
#include "machine/isa.hpp"

namespace unoops::machine {

// Detail: cs_x86 or one of its sisters; their operand types have the same numbers (cs_op_type in capstone.h).
template <class Detail>
class Lifter {
 protected:
  Lifter(const cs_insn& raw, const Detail& detail, Insn& insn, unsigned word)
      : raw_(raw), name_(raw.mnemonic), x_(detail), insn_(insn), word_(static_cast<std::uint8_t>(word)) {}

  const auto& op(int i) const { return x_.operands[i]; }
  bool is_reg(int i) const { return is(i, CS_OP_REG); }
  bool is_imm(int i) const { return is(i, CS_OP_IMM); }
  bool is_mem(int i) const { return is(i, CS_OP_MEM); }

  Effect& add(Verb verb, Reg dst, Reg a = no_reg, std::int64_t imm = 0) {
    Effect e;
    e.verb = verb;
    e.dst = dst;
    e.a = a;
    e.imm = imm;
    e.size = word_;
    return insn_.effects.emplace_back(e);
  }
  void clobber(Reg r) {
    if (r != no_reg) add(Verb::clobber, r);
  }

  void divide_by(Reg r, unsigned size) {
    insn_.divisor = r;
    insn_.divisor_size = size;
  }

  const cs_insn& raw_;
  std::string_view name_;
  const Detail& x_;
  Insn& insn_;
  std::uint8_t word_;  // bytes of a register

 private:
  bool is(int i, cs_op_type type) const { return i < x_.op_count && static_cast<int>(op(i).type) == type; }
};

}  // namespace unoops::machine
