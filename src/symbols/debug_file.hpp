// One file with symbols: its ELF, its symbol index, its DWARF. Each part is read when it is first asked for.
#pragma once

#include <elfutils/libdw.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "symbols/dwarf_reader.hpp"
#include "symbols/elf_file.hpp"
#include "symbols/relocator.hpp"
#include "symbols/symbol_index.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops::symbols {

class DebugFile {
 public:
  explicit DebugFile(std::unique_ptr<ElfFile> elf);
  ~DebugFile();

  ElfFile& elf() { return *elf_; }
  SymbolIndex& symbols();
  Relocator& relocator() { return relocator_; }
  bool has_debug_info() const { return elf_->has_debug_info(); }

  // For inspect: libdw's handle, null without DWARF. In a module only what prepare_unit() was asked for is relocated.
  Dwarf* dwarf();
  // Offset of the DIE of the unit that holds the address.
  std::optional<Dwarf_Off> unit_at(std::uint64_t address);
  // Relocates everything of the unit, so that libdw may read it: its DIEs, location and range lists, lines.
  bool prepare_unit(Dwarf_Off unit_die);
  // Relocates a whole section: ".debug_loclists".
  void prepare_section(std::string_view name);
  // Relocates the headers of all units, so that libdw may walk them.
  void prepare_headers();

  DwarfReader& reader();
  // The inline chain at the address, innermost first; empty: no line there.
  std::vector<Location> locate(std::uint64_t address);

 private:
  void prepare_lists(Unit&);
  void prepare_table(std::string_view section, std::uint64_t offset);

  std::unique_ptr<ElfFile> elf_;
  Relocator relocator_;
  std::unique_ptr<SymbolIndex> symbols_;
  std::unique_ptr<DwarfReader> reader_;
  Dwarf* dwarf_ = nullptr;
  bool dwarf_tried_ = false, headers_ready_ = false;
};

}  // namespace unoops::symbols
