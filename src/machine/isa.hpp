// What the disassembler and the data flow must know of an instruction set.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "base/text.hpp"
#include "machine/call_site.hpp"
#include "machine/capstone.hpp"
#include "machine/insn.hpp"

namespace unoops::machine {

// The registers that an instruction's operands name, as Capstone spells them. `detail`: the instruction set's member of
// cs_detail; their operand types have the same numbers (cs_op_type in capstone.h).
template <auto detail>
std::vector<std::string> operand_registers(csh handle, const cs_detail& of) {
  std::vector<std::string> out;
  const auto add = [&](auto id) {
    const char* name = capstone().reg_name(handle, static_cast<unsigned>(id));
    if (name) out.push_back(is_digit(*name) ? std::string("r") + name : name);  // s390's "12" is printed as %r12
  };
  for (int i = 0; i < (of.*detail).op_count; ++i) {
    const auto& op = (of.*detail).operands[i];
    if (static_cast<int>(op.type) == CS_OP_REG) add(op.reg);
    if (static_cast<int>(op.type) != CS_OP_MEM) continue;
    add(op.mem.base);
    if constexpr (requires { op.mem.index; }) add(op.mem.index);
  }
  return out;
}

// x86's ud1, whose operands stand as those of mov (opcode 8b) do.
struct Undefined {
  unsigned size = 0, opcode_at = 0;
};

struct Isa {
  cs_arch arch;
  cs_mode mode;
  bool att_syntax = false;                  // instructions are shown as objdump shows x86's
  unsigned word;                            // bytes of a pointer
  unsigned step;                            // alignment of instructions
  std::span<const std::string_view> names;  // of registers, as instruction texts spell them, by their numbers
  Reg sp;
  std::int64_t cfa_at_entry = 0;  // CFA minus the stack pointer at a function's entry
  Reg result;
  std::span<const Reg> arguments;      // that the ABI passes in registers
  std::span<const Reg> call_clobbers;  // registers that a call may change
  // Bytes of the numbers that relocations fill within an instruction; relative ones count from the instruction's end.
  // 0: a relocation fills some bits of the instruction's word, and several instructions make up an address (":lo12:").
  unsigned field_bytes = 0;
  // "j" and "jal" have the low 28 bits of their target, the others are those of the pc.
  bool region_jumps = false;
  bool pc_relative_memory = false;  // a memory operand without registers is given by its distance from the instruction
  // Functions through which the kernel calls, jumps and returns instead of by an instruction (retpolines): the first
  // ones' names end in that of the register.
  std::span<const std::string_view> indirect_thunks = {};
  std::string_view return_thunk = {};
  // An undefined instruction with operands, which Capstone leaves out; of size 0: none of these.
  Undefined (*undefined)(std::span<const std::uint8_t>) = nullptr;
  void (*lift)(const cs_insn&, Insn&);
  std::vector<std::string> (*operand_registers)(csh, const cs_detail&);
  CallRules calls = {};

  std::string_view name(Reg r) const {
    return r >= 0 && static_cast<std::size_t>(r) < names.size() ? names[static_cast<std::size_t>(r)]
                                                                : std::string_view{};
  }
  // The register whose indirect thunk the function is; empty: it is none.
  std::string_view thunk_register(std::string_view function) const {
    for (const auto thunk : indirect_thunks)
      if (function.starts_with(thunk)) return function.substr(thunk.size());
    return {};
  }
  bool pc_relative(const Mem& mem) const { return pc_relative_memory && mem.base == no_reg && mem.index == no_reg; }
};

// Each in its file isa_NAME.cpp.
extern constinit const Isa x86_64_isa, i386_isa, arm64_isa, arm_isa, thumb_isa, powerpc_isa, powerpc32_isa, s390_isa,
    mips_isa, mips32_isa;

// A register by the name that a log prints ("RAX", "R08", "x0", "GPR03", "EAX", "sp"); no_reg if it is none of these.
Reg register_by_log_name(const Isa&, std::string_view log_name);

// The architectures' own translations of a decoded instruction.
void lift_x86(const cs_insn&, Insn&);
void lift_i386(const cs_insn&, Insn&);
void lift_arm64(const cs_insn&, Insn&);
void lift_arm(const cs_insn&, Insn&);
void lift_ppc(const cs_insn&, Insn&);
void lift_ppc32(const cs_insn&, Insn&);
void lift_s390(const cs_insn&, Insn&);
void lift_mips(const cs_insn&, Insn&);
void lift_mips32(const cs_insn&, Insn&);

}  // namespace unoops::machine
