// The page-fault error code (v6.1 arch/x86/include/asm/trap_pf.h) and address ranges (Documentation/x86/x86_64/mm.rst).
#include <array>

#include "arch/x86.hpp"
#include "facts/release.hpp"
#include "grammar/scanner.hpp"

namespace unoops::arch {
namespace {

struct Bit {
  std::uint64_t mask;
  std::string_view set, clear;
};
constexpr auto bits = std::to_array<Bit>({
    {0x2, "write", "read"},
    {0x10, "instruction fetch", ""},
    {0x4, "user mode", "supervisor mode"},
    {0x1, "protection violation", "page not present"},
    {0x8, "reserved bit set in a page table entry", ""},
    {0x20, "protection key", ""},
    {0x40, "shadow stack", ""},
    {0x8000, "SGX", ""},
});

// v4.15 hashed the address of the opening line (%p): 32 bits are left of it. CR2 has the true one.
void unhash_address(Report& report) {
  auto& address = report.fault.address;
  const auto* cr2 = report.reg("CR2");
  if (address && cr2 && report.arch && report.arch->bits == 64 && *address >> 32 == 0 && *address >> 24 != 0 &&
      cr2->value >> 47 == 0x1ffff && report.code.fault_offset)
    address = cr2->value;
}

// To 2.6.19 x86-64 printed 20 bytes from the pc on, and no mark (arch/x86_64/kernel/traps.c show_registers).
void mark_code(Report& report) {
  constexpr std::size_t printed = 20;
  const auto release = release_number(report.kernel.release);
  auto& code = report.code;
  if (report.arch && report.arch->bits == 64 && release != 0 && release < release_number("2.6.20") &&
      !code.fault_offset && code.bytes.size() == printed)
    code.fault_offset = 0;
}

}  // namespace

void decode_x86_fault(Report& report) {
  auto& fault = report.fault;
  mark_code(report);
  unhash_address(report);
  std::uint64_t code = 0;
  Scanner s(fault.error_code);
  if (!s.hex(code)) return;
  fault.access = code & 0x10 ? Access::execute : code & 0x2 ? Access::write : Access::read;
  for (const auto& bit : bits) {
    if (bit.mask == 0x2 && (code & 0x10)) continue;  // a fetch is neither read nor write
    const auto words = code & bit.mask ? bit.set : bit.clear;
    if (!words.empty()) fault.error_bits.emplace_back(words);
  }
}

}  // namespace unoops::arch
