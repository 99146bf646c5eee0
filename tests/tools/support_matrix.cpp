// docs/support-matrix.md, from the members that the rows of the table of architectures set.
//   support_matrix          prints the page
//   support_matrix PAGE     fails if the page says something else
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>

#include "arch/arch.hpp"
#include "machine/isa.hpp"

namespace {

using namespace unoops;
using arch::Arch;

struct Column {
  std::string_view head, what;
  bool (*has)(const Arch&);
};
constexpr Column columns[] = {
    {"traces", "the lines of its register dumps, its pc and its traces are read",
     [](const Arch& a) { return !a.sections.empty(); }},
    {"registers", "registers are known by name, in the order that people expect",
     [](const Arch& a) { return !a.info.registers.empty(); }},
    {"entry code", "traces fold the functions by which the kernel is entered, and titles pass over them",
     [](const Arch& a) { return !a.info.entry_code.exception.empty(); }},
    {"faults", "what was tried (read, write, execute) and the bits of the error code are put into words",
     [](const Arch& a) { return a.decode_fault != nullptr; }},
    {"addresses", "the parts of the address space are known", [](const Arch& a) { return !a.info.ranges.empty(); }},
    {"KASAN", "a fault in KASAN's shadow memory is traced back to the pointer that was checked",
     [](const Arch& a) { return !a.info.kasan_shadows.empty(); }},
    {"system calls", "the system call and its arguments are named from the registers of its entry",
     [](const Arch& a) { return !a.system_call.call.arguments.empty(); }},
    {"modules", "modules give file and line: their debug information is relocated",
     [](const Arch& a) { return !a.relocations.empty(); }},
    {"dumps", "memory dumps are read for the log in them", [](const Arch& a) { return a.page_tables != nullptr; }},
    {"stacks", "the stacks in its memory dumps are unwound, where a vmlinux fits",
     [](const Arch& a) { return a.core_notes != nullptr; }},
    {"calls", "the call before a return address tells functions of one name apart",
     [](const Arch& a) { return a.isa && a.isa->calls.before; }},
    {"instructions", "the faulting instruction is shown, and the variable or member that it touched is named",
     [](const Arch& a) { return a.isa != nullptr; }},
};

std::string bits_of(const Arch& arch) {
  const bool both = arch.isa_32 || arch.elf_machine_32 != 0;
  return both ? "32, 64" : std::to_string(arch.info.bits);
}

void print(std::ostream& out) {
  out << "# What unoops can do for each architecture\n\n"
         "Written by `build/tests/support_matrix` from the rows of the table in `src/arch`; a test compares. Symbols "
         "and\n"
         "lines of vmlinux, and the reports' texts that all architectures print alike, work everywhere.\n\n";
  out << "| architecture | bits |";
  for (const auto& column : columns) out << ' ' << column.head << " |";
  out << "\n| --- | --- |";
  for (std::size_t i = 0; i < std::size(columns); ++i) out << " --- |";
  for (const Arch* arch : arch::arch_rows()) {
    out << "\n| " << arch->info.id << " | " << bits_of(*arch) << " |";
    for (const auto& column : columns) out << (column.has(*arch) ? " yes |" : " - |");
  }
  out << "\n\n";
  for (const auto& column : columns) out << "- **" << column.head << "**: " << column.what << ".\n";
  out << "\nThe comment above `struct Arch` in `src/arch/arch.hpp` says what to add where.\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return print(std::cout), 0;
  std::ostringstream wanted;
  print(wanted);
  std::ifstream page(argv[1]);
  if (std::string(std::istreambuf_iterator<char>(page), {}) == wanted.str()) return 0;
  std::cout << argv[1]
            << " is not what the rows say. Write it again:\n  build/tests/support_matrix > docs/support-matrix.md\n";
  return 1;
}
