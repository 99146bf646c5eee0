// mips: registers and ABI by the n64 ABI.
#include "machine/isa.hpp"

namespace unoops::machine {
namespace {

constexpr std::string_view names[] = {"zero", "at", "v0", "v1", "a0", "a1", "a2", "a3", "t0", "t1", "t2",
                                      "t3",   "t4", "t5", "t6", "t7", "s0", "s1", "s2", "s3", "s4", "s5",
                                      "s6",   "s7", "t8", "t9", "k0", "k1", "gp", "sp", "fp", "ra"};
constexpr Reg arguments[] = {4, 5, 6, 7, 8, 9, 10, 11};
constexpr Reg clobbers[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 31};

}  // namespace

constinit const Isa mips_isa{
    .arch = CS_ARCH_MIPS,
    .mode = static_cast<cs_mode>(CS_MODE_MIPS64 | CS_MODE_BIG_ENDIAN),
    .word = 8,
    .step = 4,
    .names = names,
    .sp = 29,
    .result = 2,
    .arguments = arguments,
    .call_clobbers = clobbers,
    .lift = lift_mips,
    .operand_registers = operand_registers<&cs_detail::mips>,
};

}  // namespace unoops::machine
