// s390x: registers and ABI by the s390x ELF ABI supplement, calls by the z/Architecture Principles of Operation.
#include "machine/isa.hpp"

namespace unoops::machine {
namespace {

constexpr std::string_view names[] = {"r0", "r1", "r2",  "r3",  "r4",  "r5",  "r6",  "r7",
                                      "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"};
constexpr Reg arguments[] = {2, 3, 4, 5, 6};
constexpr Reg clobbers[] = {0, 1, 2, 3, 4, 5, 14};

CallSite call_before(const CodeBytes& code) {
  const auto b = code.bytes;
  const std::size_t n = b.size();
  if (n >= 6 && b[n - 6] == 0xc0 && (b[n - 5] & 0x0f) == 5) return {CallKind::direct, std::nullopt};  // brasl
  if (n >= 2 && b[n - 2] == 0x0d) return {CallKind::indirect, std::nullopt};                          // basr
  return {CallKind::no, std::nullopt};
}

}  // namespace

constinit const Isa s390_isa{
    .arch = CS_ARCH_SYSZ,
    .mode = CS_MODE_BIG_ENDIAN,
    .word = 8,
    .step = 2,
    .names = names,
    .sp = 15,
    .cfa_at_entry = 160,
    .result = 2,
    .arguments = arguments,
    .call_clobbers = clobbers,
    .lift = lift_s390,
    .operand_registers = operand_registers<&cs_detail::sysz>,
    .calls = {.before = call_before},
};

}  // namespace unoops::machine
