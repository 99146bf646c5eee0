// An x86 instruction's operands: registers by their DWARF numbers, memory, and what of it is touched.
#pragma once

#include "base/rooms.hpp"
#include "machine/lifter.hpp"

namespace unoops::machine {

class X86Operands : protected Lifter<cs_x86> {
 protected:
  X86Operands(const cs_insn& raw, Insn& insn, bool wide)
      : Lifter(raw, raw.detail->x86, insn, wide ? 8 : 4), wide_(wide) {}

  Reg reg(unsigned capstone) const;
  Reg sp() const { return wide_ ? 7 : 4; }
  Reg op_reg(int i) const { return is_reg(i) ? reg(op(i).reg) : no_reg; }
  std::uint64_t imm_field() const { return x_.encoding.imm_offset ? insn_.address + x_.encoding.imm_offset : 0; }
  Mem mem(int i) const;

  bool touches_memory() const;
  void note_accesses();

  bool wide_;

 private:
  void fix_access(int i, MemoryAccess&) const;
};

}  // namespace unoops::machine
