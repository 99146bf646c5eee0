// The architectures: what the world sees of a row of the table in src/arch.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "unoops/fault.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops {

// A part of the address space, by what lies there.
struct AddressRange {
  std::uint64_t first, last;
  AddressClass id;
  std::string_view words;  // "a user-space address"
};

// KASAN keeps the shadow of address A at offset + (A >> scale).
struct KasanShadow {
  std::uint64_t offset;
  int scale = 3;
};

// Words that say how the address behind them counts: "RIP:", "LR is at".
struct PcWords {
  std::string_view words;
  PcKind kind;
  bool next_line = false;  // the address stands on the line behind
};

// The functions by which a kernel is entered and left. Blanks between the names; a trailing '*': every name that begins
// so.
struct EntryCode {
  std::string_view exception = {};     // from the fault to the report
  std::string_view interrupt = {};     // from the interrupt to its handler, and back
  std::string_view system_call = {};   // hands a system call to the function that does it
  std::string_view around_calls = {};  // the rest of a system call's way: stubs, and what stands outside
  std::string_view idle = {};          // the idle loop and what started it
  std::string_view thread = {};        // where a kernel thread begins
  std::string_view boot = {};          // what calls start_kernel(), and what secondary CPUs begin with
};

struct ArchInfo {
  std::string_view id;            // "x86_64", "arm64", ...
  std::uint16_t elf_machine = 0;  // EM_*
  int bits = 64;
  bool big_endian = false;
  std::string_view pc = {}, sp = {}, fault_address = {};  // roles, by the names that the log uses: "RIP", "RSP", "CR2"
  std::span<const std::string_view> registers = {};       // printed names, in the order that people expect
  bool varying_instructions = false;  // an instruction may be longer than the groups that a Code line prints
  bool constants_in_code = false;     // the compiler puts constants between the functions
  // Registers that hold bits and no address.
  std::span<const std::string_view> control_registers = {};
  std::span<const PcWords> pc_words = {};
  // How the pc of the next register dump counts, if this line says so. Null: no line does, because the words before the
  // pc are enough.
  std::optional<PcKind> (*announced_pc)(std::string_view line) = nullptr;
  std::span<const AddressRange> ranges = {};  // the first that holds an address says what it is
  // Bits from this one up are equal in every address; others fault without one (x86-64: "canonical"). 0: no such rule.
  int canonical_bit = 0;
  bool low_kernel = false;  // the kernel has an address space of its own, and addresses in its lower half
  std::span<const KasanShadow> kasan_shadows = {};
  std::uint64_t page_size = 4096;  // 0: a matter of the kernel's configuration
  bool own_errnos = false;         // from 35 to 511 other numbers than asm-generic/errno.h
  EntryCode entry_code = {};
  // Before "sys_read" in the name of the function that a system call enters: "__x64_". The native one comes first.
  std::span<const std::string_view> system_call_prefixes = {};
};

// In the order of precedence; the first is the one that most logs come from.
std::span<const ArchInfo* const> arches();
const ArchInfo* find_arch(std::string_view id);

}  // namespace unoops
