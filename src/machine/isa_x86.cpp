// x86: registers and ABI by the System V supplements (AMD64 figure 3.36, i386 table 2.14), calls by Intel's manual,
// volume 2.
#include <array>

#include "machine/isa.hpp"

namespace unoops::machine {
namespace {

constexpr std::string_view x86_64_names[] = {"rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8",
                                             "r9",  "r10", "r11", "r12", "r13", "r14", "r15", "rip"};
constexpr std::string_view i386_names[] = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
constexpr Reg x86_64_arguments[] = {5, 4, 1, 2, 8, 9};
constexpr Reg x86_64_clobbers[] = {0, 1, 2, 4, 5, 8, 9, 10, 11};
constexpr Reg i386_arguments[] = {0, 2, 1};  // the kernel is built with -mregparm=3
constexpr Reg i386_clobbers[] = {0, 1, 2};

// v6.12 arch/x86/lib/retpoline.S; with call depth tracking (v6.2) and against ITS (v6.15) there are others.
constexpr std::string_view indirect_thunks[] = {"__x86_indirect_thunk_", "__x86_indirect_call_thunk_",
                                                "__x86_indirect_jump_thunk_", "__x86_indirect_its_thunk_"};
constexpr std::string_view return_thunk = "__x86_return_thunk";

CallSite call_before(const CodeBytes& code) {
  const auto b = code.bytes;
  const std::size_t n = b.size();
  if (n >= 5 && b[n - 5] == 0xe8) return {CallKind::direct, code.end() + displacement_at(code, n - 4, 4)};
  // ff /2: call *%reg, *disp8(%reg), *disp32(%reg), *sym(%rip), with a SIB byte or without.
  for (std::size_t length = 2; length <= 7 && length <= n; ++length) {
    if (b[n - length] != 0xff || (b[n - length + 1] & 0x38) != 0x10) continue;
    const unsigned mod = b[n - length + 1] >> 6, rm = b[n - length + 1] & 7;
    const bool sib = mod != 3 && rm == 4;
    const std::size_t displacement = mod == 1 ? 1 : mod == 2 || (mod == 0 && rm == 5) ? 4 : 0;
    if (length == 2 + (sib ? 1 : 0) + displacement) return {CallKind::indirect, std::nullopt};
  }
  return {CallKind::no, std::nullopt};
}

// A displacement of one byte or of four.
bool may_reach(const CodeBytes& code, std::uint64_t target) {
  for (std::size_t at = 0; at < code.bytes.size(); ++at) {
    if (code.begin + at + 1 + displacement_at(code, at, 1) == target) return true;
    if (at + 4 <= code.bytes.size() && code.begin + at + 4 + displacement_at(code, at, 4) == target) return true;
  }
  return false;
}

// ud1: 0f b9 and an operand that is never read; WARN() tells by it which register holds its arguments (v6.19
// arch/x86/include/asm/bug.h: "67 48 0f b9 3a", ud1 (%edx),%rdi). Capstone 4 leaves the operand out.
template <bool wide>
Undefined ud1(std::span<const std::uint8_t> bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && at < 4 &&
         (bytes[at] == 0x66 || bytes[at] == 0x67 || bytes[at] == 0x2e || (wide && (bytes[at] & 0xf0) == 0x40)))
    ++at;
  if (bytes.size() < at + 3 || bytes[at] != 0x0f || bytes[at + 1] != 0xb9) return {};
  const unsigned mod = bytes[at + 2] >> 6, rm = bytes[at + 2] & 7u;
  const bool sib = mod != 3 && rm == 4;
  if (sib && bytes.size() < at + 4) return {};
  const bool no_base = mod == 0 && (rm == 5 || (sib && (bytes[at + 3] & 7u) == 5));
  const unsigned displacement = mod == 1 ? 1 : mod == 2 || no_base ? 4 : 0;
  const auto length = static_cast<unsigned>(at) + 3 + (sib ? 1 : 0) + displacement;
  if (length > bytes.size()) return {};
  return {length, static_cast<unsigned>(at)};
}

}  // namespace

constinit const Isa x86_64_isa{
    .arch = CS_ARCH_X86,
    .mode = CS_MODE_64,
    .att_syntax = true,
    .word = 8,
    .step = 1,
    .names = x86_64_names,
    .sp = 7,
    .cfa_at_entry = 8,
    .result = 0,
    .arguments = x86_64_arguments,
    .call_clobbers = x86_64_clobbers,
    .field_bytes = 4,
    .pc_relative_memory = true,
    .indirect_thunks = indirect_thunks,
    .return_thunk = return_thunk,
    .undefined = ud1<true>,
    .lift = lift_x86,
    .operand_registers = operand_registers<&cs_detail::x86>,
    .calls = {call_before, may_reach},
};

constinit const Isa i386_isa{
    .arch = CS_ARCH_X86,
    .mode = CS_MODE_32,
    .att_syntax = true,
    .word = 4,
    .step = 1,
    .names = i386_names,
    .sp = 4,
    .cfa_at_entry = 4,
    .result = 0,
    .arguments = i386_arguments,
    .call_clobbers = i386_clobbers,
    .field_bytes = 4,
    .indirect_thunks = indirect_thunks,
    .return_thunk = return_thunk,
    .undefined = ud1<false>,
    .lift = lift_i386,
    .operand_registers = operand_registers<&cs_detail::x86>,
    .calls = {call_before, may_reach},
};

}  // namespace unoops::machine
