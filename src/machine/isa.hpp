// What the inspection must know of an instruction set: one row an architecture.
#pragma once

#include <capstone/capstone.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "base/rooms.hpp"
#include "machine/insn.hpp"

namespace unoops::machine {

struct Isa {
  std::string_view id;  // ArchInfo::id
  cs_arch arch;
  cs_mode mode;
  unsigned word;  // bytes of a pointer
  unsigned step;  // alignment of instructions
  unsigned max_insn;
  Reg sp;
  Reg link;                   // no_reg: calls push the return address
  std::int64_t cfa_at_entry;  // CFA minus the stack pointer at a function's entry
  Reg result;
  std::span<const Reg> arguments;
  std::span<const Reg> call_clobbers;
  void (*lift)(const cs_insn&, Insn&);
  std::string_view (*name)(Reg);  // as instruction texts spell it, without sigils
};

// Null: no disassembly for this architecture.
const Isa* find_isa(std::string_view arch_id);

// A register by the name that a log prints ("RAX", "R08", "x0", "GPR03", "EAX", "sp"); no_reg if it is none of these.
Reg register_by_log_name(const Isa&, std::string_view log_name);

// The architectures' own translations of a decoded instruction.
void lift_x86(const cs_insn&, Insn&);
void lift_i386(const cs_insn&, Insn&);
void lift_arm64(const cs_insn&, Insn&);
void lift_arm(const cs_insn&, Insn&);
void lift_ppc(const cs_insn&, Insn&);
void lift_s390(const cs_insn&, Insn&);
void lift_mips(const cs_insn&, Insn&);

}  // namespace unoops::machine
