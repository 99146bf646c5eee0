// mips: registers and ABI by the n64 ABI; o32 has four arguments in registers, and prints t0 to t3 for a4 to a7.
#include "machine/isa.hpp"

namespace unoops::machine {
namespace {

constexpr std::string_view names[] = {"zero", "at", "v0", "v1", "a0", "a1", "a2", "a3", "t0", "t1", "t2",
                                      "t3",   "t4", "t5", "t6", "t7", "s0", "s1", "s2", "s3", "s4", "s5",
                                      "s6",   "s7", "t8", "t9", "k0", "k1", "gp", "sp", "fp", "ra"};
constexpr Reg arguments[] = {4, 5, 6, 7, 8, 9, 10, 11};
constexpr Reg clobbers[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 31};

// Code is kept in the byte order of the architecture's row, whatever the machine's was (ElfFile::code).
constexpr Isa isa(int mode, unsigned word, std::span<const Reg> in_registers, void (*lift)(const cs_insn&, Insn&)) {
  return {.arch = CS_ARCH_MIPS,
          .mode = static_cast<cs_mode>(mode | CS_MODE_BIG_ENDIAN),
          .word = word,
          .step = 4,
          .names = names,
          .sp = 29,
          .result = 2,
          .arguments = in_registers,
          .call_clobbers = clobbers,
          .region_jumps = true,
          .lift = lift,
          .operand_registers = operand_registers<&cs_detail::mips>};
}

}  // namespace

constinit const Isa mips_isa = isa(CS_MODE_MIPS64, 8, arguments, lift_mips);
constinit const Isa mips32_isa = isa(CS_MODE_MIPS32, 4, std::span(arguments).first(4), lift_mips32);

}  // namespace unoops::machine
