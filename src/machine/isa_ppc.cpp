// powerpc: registers and ABI by the 64-bit ELF V2 ABI and the 32-bit System V ABI, calls by the Power ISA, book I, 2.4.
#include "machine/isa.hpp"

namespace unoops::machine {
namespace {

constexpr std::string_view names[] = {"r0",  "r1",  "r2",  "r3",  "r4",  "r5",  "r6",  "r7",  "r8",  "r9",  "r10",
                                      "r11", "r12", "r13", "r14", "r15", "r16", "r17", "r18", "r19", "r20", "r21",
                                      "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29", "r30", "r31"};
constexpr Reg arguments[] = {3, 4, 5, 6, 7, 8, 9, 10};
constexpr Reg clobbers[] = {0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

CallSite call_before(const CodeBytes& code) {
  if (code.bytes.size() < 4) return {};
  const std::uint32_t word = word_at(code, code.bytes.size() - 4);
  if ((word & 0xfc000003u) == 0x48000001u) return {CallKind::direct, std::nullopt};           // bl
  if (word == 0x4e800421u || word == 0x4e800021u) return {CallKind::indirect, std::nullopt};  // bctrl, blrl
  return {CallKind::no, std::nullopt};
}

// Code is kept in the byte order of the architecture's row, whatever the machine's was (ElfFile::code).
constexpr Isa isa(int mode, unsigned word, void (*lift)(const cs_insn&, Insn&)) {
  return {.arch = CS_ARCH_PPC,
          .mode = static_cast<cs_mode>(mode | CS_MODE_LITTLE_ENDIAN),
          .word = word,
          .step = 4,
          .names = names,
          .sp = 1,
          .result = 3,
          .arguments = arguments,
          .call_clobbers = clobbers,
          .lift = lift,
          .operand_registers = operand_registers<&cs_detail::ppc>,
          .calls = {.before = call_before}};
}

}  // namespace

constinit const Isa powerpc_isa = isa(CS_MODE_64, 8, lift_ppc);
constinit const Isa powerpc32_isa = isa(CS_MODE_32, 4, lift_ppc32);

}  // namespace unoops::machine
