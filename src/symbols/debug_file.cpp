#include "symbols/debug_file.hpp"

namespace unoops::symbols {

DebugFile::DebugFile(std::unique_ptr<ElfFile> elf) : elf_(std::move(elf)), relocator_(*elf_) {}

SymbolIndex& DebugFile::symbols() {
  if (!symbols_) symbols_ = std::make_unique<SymbolIndex>(*elf_);
  return *symbols_;
}

std::optional<Dwarf_Die> DebugFile::unit_of(std::uint64_t address) {
  Unit* unit = has_debug_info() ? reader().unit_at(address) : nullptr;
  if (!unit) return std::nullopt;
  if (!units_) units_ = std::make_unique<LibdwUnits>(*elf_, relocator_, reader());
  return units_->root(*unit);
}

DwarfReader& DebugFile::reader() {
  if (!reader_) reader_ = std::make_unique<DwarfReader>(*elf_, relocator_);
  return *reader_;
}

std::vector<Location> DebugFile::locate(std::uint64_t address) { return reader().locate(address); }

}  // namespace unoops::symbols
