// A row of the table of architectures.
#pragma once

#include <span>
#include <string_view>

#include "base/rooms.hpp"
#include "facts/entry_steps.hpp"
#include "facts/syscalls.hpp"
#include "grammar/section.hpp"
#include "unoops/arch.hpp"
#include "unoops/report.hpp"

namespace unoops::machine {
struct Isa;
}

namespace unoops::arch {

// How a system call's registers are read.
struct SystemCallConvention {
  std::string_view number;  // empty: the dump lacks it, and the trace's functions tell the call
  std::span<const std::string_view> arguments;
  SystemCallTable table = SystemCallTable::none;
};

// The registers of a system call's entry, as the dump of a program's registers names them.
struct SystemCallRegisters {
  SystemCallConvention call = {};
  // Other exceptions print the program's registers, too: then the trace has no function whose name begins so.
  std::span<const std::string_view> entries = {};
  // How the names begin of the functions that are called like a system call. Asked where the number is not printed.
  std::span<const std::string_view> functions = {};
  // A register that tells a 32-bit program on a 64-bit kernel, whose calls have other numbers, and its value then.
  std::string_view compat_register = {};
  std::uint64_t compat_value = 0;
  // The same told by the trace, because not every dump has that register: how its functions' names begin.
  std::span<const std::string_view> compat_entries = {};
  SystemCallConvention compat = {};
};

// What a relocation of a debug section or of code does with the number at its place.
struct RelocationRule {
  enum class Action : std::uint8_t { store, add, subtract };
  std::uint32_t type;  // R_*
  unsigned bytes;
  Action action = Action::store;
};

// A section that lists places in the code which the kernel patches at boot: each entry begins with the distance of its
// place from itself.
struct PatchTable {
  std::string_view section;
  unsigned entry_bytes, patched_bytes;
};

// What the bits of a page table's lowest entry say: bits that are set and bits that are not.
struct PageEntry {
  std::uint64_t code_set = 0, code_clear = 0;  // of a page with code: there, executable, not writable; 0: not known
  constexpr bool is_code(std::uint64_t entry) const {
    return code_set != 0 && (entry & code_set) == code_set && (entry & code_clear) == 0;
  }
};

// How a kernel maps its memory: what a reader of memory dumps must know of the architecture.
struct PageTables {
  std::string_view machine;  // as uname(2) has it in a dump's header
  // The kernel's image is mapped in one piece: physical = virtual - `base`, and the number that VMCOREINFO names by
  // `offset` is added, or subtracted. Only the architecture's kernels have that number.
  struct Image {
    std::uint64_t base = 0;
    std::string_view offset;
    bool subtract = false;
    std::uint64_t first = 1, last = 0;  // virtual addresses for which no walk is needed; none by default
  } image;
  std::string_view address_bits;    // VMCOREINFO's number that tells how many bits of an address are translated
  unsigned levels = 0;              // where address_bits is empty
  std::string_view one_more_level;  // VMCOREINFO's number that is 1 where there is one level more
  std::uint64_t present = 1;        // bits of an entry that are set in a valid one
  std::uint64_t address = 0;        // its bits that are a physical address
  // An entry of an upper level is a page itself, a large one, where (entry & mask) is this.
  std::uint64_t large_mask = 0, large = 0;
  std::string_view cipher_mask;  // VMCOREINFO's number of the bits of an entry that say how the page is encrypted
};

// How a CPU's registers lie in a memory dump's notes, in the order of struct pt_regs (v6.1 include/linux/elfcore.h struct
// elf_prstatus). Only of architectures whose stacks can be walked by the kernel's own tables (debuginfo/orc.hpp).
struct CoreNotes {
  std::size_t registers = 0;                       // where they begin
  std::span<const std::string_view> members = {};  // of struct pt_regs, by the registers' DWARF numbers
};

// A bit of a dumped register that says whether interrupts were on in the code that the dump is of.
struct InterruptBits {
  std::string_view reg;
  std::uint64_t mask;
  bool set_is_on;
  std::string_view name;  // as the architecture's manual calls it: "IF"
};

// All that is known of one architecture.
//
// To have its reports read:
//   - a file NAME.cpp in this folder with a row that sets `info` (id, elf_machine, bits, big_endian, pc, sp,
//     fault_address, registers; pc_words, which say which printed addresses are return addresses) and `sections` (the
//     lines of its show_regs() and die()); the row's name in the list of arch.cpp;
//   - a log and what must come out of it in testdata/.
// To have traces folded, titles that pass over entry code, and interleaved traces taken apart:
//   - info.entry_code, info.system_call_prefixes, entry_steps.
// To have faults put into words:
//   - decode_fault (read or write, the bits of the error code), info.ranges, info.kasan_shadows, fault_address_mask.
// To have it told that interrupts were off:
//   - interrupt_bits.
// To have the system call of the report named:
//   - system_call.
// To have lines of modules (relocatable files):
//   - relocations.
// To have instructions, the variables and types that they touch, and copies of one name told apart by their calls:
//   - machine/isa_NAME.cpp (registers, ABI, calls) and machine/lift_NAME.cpp (instructions → effects), both declared in
//     machine/isa.hpp; isa; a table of instructions in tests/unit/machine/.
// To have its memory dumps read:
//   - page_tables; for the stacks in them core_notes.
// To have Code bytes compared with a file's:
//   - nothing; patch_tables and entry_bytes, if the kernel patches itself.
//
// docs/support-matrix.md says which of these each row has; its test says how to write it again.
struct Arch {
  ArchInfo info;
  Sections sections = {};  // its pc, register and fault lines; the first such line tells the architecture
  // Fills fault.access and error_bits from what was read. May be null.
  void (*decode_fault)(Report&) = nullptr;
  // The bits of a fault's address that its report prints.
  std::uint64_t fault_address_mask = ~std::uint64_t{0};
  bool protection_faults = false;       // a fault without an address may have another reason than the address
  bool alignment_pc_is_behind = false;  // of an alignment fault the pc is that of the next instruction
  std::string_view per_cpu_base = {};   // the register with the address of the CPU's own variables
  bool first_frame_is_bare = false;     // a trace's first function is printed without an offset
  bool prints_code = true;              // its oops has the bytes around the pc
  // The first release whose oops ends with "---[ end trace" (kernel/panic.c print_oops_end_marker, called by the
  // architecture's die() through oops_exit()); empty: it ends without.
  std::string_view end_mark_since = "2.6.24";
  std::span<const EntryStep> entry_steps = {};
  SystemCallRegisters system_call = {};
  PageEntry page_entry = {};
  const PageTables* page_tables = nullptr;
  const CoreNotes* core_notes = nullptr;
  std::span<const InterruptBits> interrupt_bits = {};  // the first that is printed decides

  std::uint16_t elf_machine_32 = 0;  // EM_* of its 32-bit kernels, where they have one of their own
  // Kernels of both byte orders are built, their code is in the order of their data, and a log, which prints words, does
  // not tell which: its code is kept in that of info.big_endian (ElfFile::code).
  bool either_endian = false;
  std::span<const RelocationRule> relocations = {};
  std::span<const PatchTable> patch_tables = {};
  unsigned entry_bytes = 0;     // at a function's start, which the function tracer fills
  bool moves_text = true;       // KASLR, or a relocatable kernel: code may lie elsewhere than vmlinux says
  bool bit_0_is_thumb = false;  // the lowest bit of a function's symbol is no part of its address
  const machine::Isa* isa = nullptr;
  const machine::Isa* isa_32 = nullptr;       // of its 32-bit kernels, where it has both
  const machine::Isa* compact_isa = nullptr;  // of code that is printed in units of two bytes
};

// Lines that both x86 kernels print: they do not tell which.
Sections x86_sections();

std::span<const Arch* const> arch_rows();
// The row that a report's `arch` belongs to; null: none.
const Arch* row_of(const ArchInfo*);
// The row of a file's EM_*; null: none.
const Arch* row_of_machine(std::uint16_t elf_machine);

}  // namespace unoops::arch
