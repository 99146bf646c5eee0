// One file with symbols: its ELF, its symbol index, its DWARF. Each part is read when it is first asked for.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/call_frames.hpp"
#include "debuginfo/dwarf_reader.hpp"
#include "debuginfo/elf_file.hpp"
#include "debuginfo/libdw_units.hpp"
#include "debuginfo/relocator.hpp"
#include "debuginfo/symbol_index.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops::debuginfo {

class DebugFile {
 public:
  explicit DebugFile(std::unique_ptr<ElfFile> elf);

  ElfFile& elf() { return *elf_; }
  SymbolIndex& symbols();
  // A file of the same build that has the code which this one lacks; false: it is not.
  bool borrow_code(std::unique_ptr<ElfFile> stripped);
  // The relocations of code in [begin, end) of a section of elf(), in order; empty in a linked file.
  std::vector<Relocation> relocations(const ElfSection&, std::uint64_t begin, std::uint64_t end);
  bool has_debug_info() const { return elf_->has_debug_info(); }

  // For inspect: the root DIE of the unit that holds the address, for libdw to read. nullopt: no DWARF there.
  std::optional<Dwarf_Die> unit_of(std::uint64_t address);

  // Where code has saved its caller's registers.
  CallFrames& call_frames();
  DwarfReader& reader();
  // The inline chain at the address, innermost first; empty: no line there.
  std::vector<Location> locate(std::uint64_t address);

 private:
  std::unique_ptr<ElfFile> elf_;
  Relocator relocator_;
  std::unique_ptr<Relocator> lent_;  // relocations of borrowed code
  std::unique_ptr<SymbolIndex> symbols_;
  std::unique_ptr<DwarfReader> reader_;
  std::unique_ptr<LibdwUnits> units_;
  std::optional<CallFrames> call_frames_;
};

}  // namespace unoops::debuginfo
