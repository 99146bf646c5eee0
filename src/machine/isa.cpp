#include "machine/isa.hpp"

#include <charconv>
#include <string>

#include "base/text.hpp"

namespace unoops::machine {
namespace {

constexpr std::string_view x86_names[] = {"rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8",
                                          "r9",  "r10", "r11", "r12", "r13", "r14", "r15", "rip"};
constexpr std::string_view i386_names[] = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
constexpr std::string_view arm64_names[] = {"x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",  "x8",  "x9",  "x10",
                                            "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21",
                                            "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30", "sp"};
constexpr std::string_view arm_names[] = {"r0", "r1", "r2",  "r3", "r4", "r5", "r6", "r7",
                                          "r8", "r9", "r10", "fp", "ip", "sp", "lr", "pc"};
constexpr std::string_view ppc_names[] = {"r0",  "r1",  "r2",  "r3",  "r4",  "r5",  "r6",  "r7",  "r8",  "r9",  "r10",
                                          "r11", "r12", "r13", "r14", "r15", "r16", "r17", "r18", "r19", "r20", "r21",
                                          "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29", "r30", "r31"};
constexpr std::string_view s390_names[] = {"r0", "r1", "r2",  "r3",  "r4",  "r5",  "r6",  "r7",
                                           "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"};
constexpr std::string_view mips_names[] = {"zero", "at", "v0", "v1", "a0", "a1", "a2", "a3", "t0", "t1", "t2",
                                           "t3",   "t4", "t5", "t6", "t7", "s0", "s1", "s2", "s3", "s4", "s5",
                                           "s6",   "s7", "t8", "t9", "k0", "k1", "gp", "sp", "fp", "ra"};

template <const auto& Names>
std::string_view name_of(Reg r) {
  return r >= 0 && static_cast<std::size_t>(r) < std::size(Names) ? Names[static_cast<std::size_t>(r)]
                                                                  : std::string_view{};
}

// The ABIs' argument registers, and the registers that a call may change.
constexpr Reg x86_args[] = {5, 4, 1, 2, 8, 9};
constexpr Reg x86_dead[] = {0, 1, 2, 4, 5, 8, 9, 10, 11};
constexpr Reg i386_args[] = {0, 2, 1};  // the kernel is built with -mregparm=3
constexpr Reg i386_dead[] = {0, 1, 2};
constexpr Reg arm64_args[] = {0, 1, 2, 3, 4, 5, 6, 7};
constexpr Reg arm64_dead[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 30};
constexpr Reg arm_args[] = {0, 1, 2, 3};
constexpr Reg arm_dead[] = {0, 1, 2, 3, 12, 14};
constexpr Reg ppc_args[] = {3, 4, 5, 6, 7, 8, 9, 10};
constexpr Reg ppc_dead[] = {0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
constexpr Reg s390_args[] = {2, 3, 4, 5, 6};
constexpr Reg s390_dead[] = {0, 1, 2, 3, 4, 5, 14};
constexpr Reg mips_args[] = {4, 5, 6, 7, 8, 9, 10, 11};
constexpr Reg mips_dead[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 31};

constexpr cs_mode operator|(cs_mode a, cs_mode b) {
  return static_cast<cs_mode>(static_cast<int>(a) | static_cast<int>(b));
}
constexpr auto le = CS_MODE_LITTLE_ENDIAN, be = CS_MODE_BIG_ENDIAN;

constexpr Isa isas[] = {
    {"x86_64", CS_ARCH_X86, CS_MODE_64, 8, 1, 15, 7, no_reg, 8, 0, x86_args, x86_dead, lift_x86, name_of<x86_names>},
    {"i386", CS_ARCH_X86, CS_MODE_32, 4, 1, 15, 4, no_reg, 4, 0, i386_args, i386_dead, lift_i386, name_of<i386_names>},
    {"arm64", CS_ARCH_ARM64, le, 8, 4, 4, 31, 30, 0, 0, arm64_args, arm64_dead, lift_arm64, name_of<arm64_names>},
    {"arm", CS_ARCH_ARM, le, 4, 4, 4, 13, 14, 0, 0, arm_args, arm_dead, lift_arm, name_of<arm_names>},
    {"thumb", CS_ARCH_ARM, CS_MODE_THUMB, 4, 2, 4, 13, 14, 0, 0, arm_args, arm_dead, lift_arm, name_of<arm_names>},
    // The log's code words are kept in the byte order of their architecture's row, whatever the machine's was.
    {"powerpc", CS_ARCH_PPC, CS_MODE_64 | le, 8, 4, 4, 1, no_reg, 0, 3, ppc_args, ppc_dead, lift_ppc,
     name_of<ppc_names>},
    {"s390x", CS_ARCH_SYSZ, be, 8, 2, 6, 15, 14, 160, 2, s390_args, s390_dead, lift_s390, name_of<s390_names>},
    {"mips", CS_ARCH_MIPS, CS_MODE_MIPS64 | be, 8, 4, 4, 29, 31, 0, 2, mips_args, mips_dead, lift_mips,
     name_of<mips_names>},
};

}  // namespace

const Isa* find_isa(std::string_view arch_id) {
  for (const auto& isa : isas)
    if (isa.id == arch_id) return &isa;
  return nullptr;
}

Reg register_by_log_name(const Isa& isa, std::string_view log_name) {
  std::string name;
  for (char c : log_name)
    if (c != ' ' && c != '$' && c != '%') name += lower(c);
  // powerpc prints GPR03, mips "$ 4", x86-64 R08: the number decides
  std::string_view digits = name;
  while (!digits.empty() && (digits[0] < '0' || digits[0] > '9')) digits.remove_prefix(1);
  const std::string_view letters = std::string_view(name).substr(0, name.size() - digits.size());
  int number = -1;
  if (!digits.empty()) std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool numbered = number >= 0 && (letters == "r" || letters == "gpr" || letters == "x" || letters.empty());
  for (Reg r = 0; r < max_regs; ++r) {
    const std::string_view candidate = isa.name(r);
    if (candidate == name) return r;
    if (isa.arch == CS_ARCH_X86 && numbered && candidate == "r" + std::to_string(number)) return r;
  }
  if (isa.arch == CS_ARCH_X86 || !numbered || number >= 32) return no_reg;
  return static_cast<Reg>(number);
}

}  // namespace unoops::machine
