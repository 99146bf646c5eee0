// 32-bit ARM and its Thumb code: registers and ABI by Arm's AAPCS32.
#include "machine/isa.hpp"

namespace unoops::machine {
namespace {

constexpr std::string_view names[] = {"r0", "r1", "r2",  "r3", "r4", "r5", "r6", "r7",
                                      "r8", "r9", "r10", "fp", "ip", "sp", "lr", "pc"};
constexpr Reg arguments[] = {0, 1, 2, 3};
constexpr Reg clobbers[] = {0, 1, 2, 3, 12, 14};

CallSite call_before(const CodeBytes& code) {
  if (code.bytes.size() < 4) return {};
  const std::uint32_t word = word_at(code, code.bytes.size() - 4);
  if ((word & 0x0f000000u) == 0x0b000000u) return {CallKind::direct, std::nullopt};    // bl
  if ((word & 0x0ffffff0u) == 0x012fff30u) return {CallKind::indirect, std::nullopt};  // blx
  return {CallKind::no, std::nullopt};
}

constexpr Isa isa(cs_mode mode, unsigned step) {
  return {
      .arch = CS_ARCH_ARM,
      .mode = mode,
      .word = 4,
      .step = step,
      .names = names,
      .sp = 13,
      .result = 0,
      .arguments = arguments,
      .call_clobbers = clobbers,
      .lift = lift_arm,
      .operand_registers = operand_registers<&cs_detail::arm>,
      .calls = {.before = call_before},
  };
}

}  // namespace

constinit const Isa arm_isa = isa(CS_MODE_LITTLE_ENDIAN, 4);
constinit const Isa thumb_isa = isa(CS_MODE_THUMB, 2);

}  // namespace unoops::machine
