// arm64: registers and ABI by Arm's AAPCS64, calls by the Arm architecture reference manual, C6.2.
#include "machine/isa.hpp"

namespace unoops::machine {
namespace {

constexpr std::string_view names[] = {"x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",  "x8",  "x9",  "x10",
                                      "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21",
                                      "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30", "sp"};
constexpr Reg arguments[] = {0, 1, 2, 3, 4, 5, 6, 7};
constexpr Reg clobbers[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 30};

// Instructions are little-endian, whatever the data are.
std::uint32_t instruction(const CodeBytes& code, std::size_t at) {
  return word_at({code.bytes, code.begin, false}, at);
}

// b, bl: 26 bits that count words.
std::uint64_t branch_distance(std::uint32_t word) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(word << 6) >> 4));
}

CallSite call_before(const CodeBytes& code) {
  if (code.bytes.size() < 4) return {};
  const std::uint32_t word = instruction(code, code.bytes.size() - 4);
  if ((word & 0xfc000000u) == 0x94000000u) return {CallKind::direct, code.end() - 4 + branch_distance(word)};  // bl
  const bool blr = (word & 0xfffffc1fu) == 0xd63f0000u || (word & 0xfefff800u) == 0xd63f0800u;  // blr, blraa
  return {blr ? CallKind::indirect : CallKind::no, std::nullopt};
}

bool may_reach(const CodeBytes& code, std::uint64_t target) {
  for (std::size_t at = 0; at + 4 <= code.bytes.size(); at += 4)
    if (const auto word = instruction(code, at);
        (word & 0x7c000000u) == 0x14000000u && code.begin + at + branch_distance(word) == target)
      return true;
  return false;
}

}  // namespace

constinit const Isa arm64_isa{
    .arch = CS_ARCH_ARM64,
    .mode = CS_MODE_LITTLE_ENDIAN,
    .word = 8,
    .step = 4,
    .names = names,
    .sp = 31,
    .result = 0,
    .arguments = arguments,
    .call_clobbers = clobbers,
    .lift = lift_arm64,
    .operand_registers = operand_registers<&cs_detail::arm64>,
    .calls = {call_before, may_reach},
};

}  // namespace unoops::machine
