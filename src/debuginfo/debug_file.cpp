#include "debuginfo/debug_file.hpp"

namespace unoops::debuginfo {

DebugFile::DebugFile(std::unique_ptr<ElfFile> elf) : elf_(std::move(elf)), relocator_(*elf_) {}

SymbolIndex& DebugFile::symbols() {
  if (!symbols_) symbols_ = std::make_unique<SymbolIndex>(*elf_);
  return *symbols_;
}

std::optional<Dwarf_Die> DebugFile::unit_of(std::uint64_t address) {
  Unit* unit = has_debug_info() ? reader().unit_at(address) : nullptr;
  if (!unit || !reader().examine(*unit)) return std::nullopt;
  if (!units_) units_ = std::make_unique<LibdwUnits>(*elf_, relocator_, reader());
  return units_->root(*unit);
}

bool DebugFile::borrow_code(std::unique_ptr<ElfFile> stripped) {
  if (!elf_->borrow(std::move(stripped))) return false;
  lent_ = std::make_unique<Relocator>(*elf_->lender());
  return true;
}

std::vector<Relocation> DebugFile::relocations(const ElfSection& section, std::uint64_t begin, std::uint64_t end) {
  if (!lent_) return relocator_.list(section, begin, end);
  const ElfSection* home = elf_->lender()->section(section.name);
  return home ? lent_->list(*home, begin, end) : std::vector<Relocation>{};
}

CallFrames& DebugFile::call_frames() {
  if (call_frames_) return *call_frames_;
  const auto* section = elf_->section(".debug_frame");
  const bool readable = section && elf_->is_64() && (!elf_->relocatable() || relocator_.apply(*section));
  return call_frames_.emplace(readable ? elf_->bytes(*section) : Bytes(), elf_->big_endian());
}

DwarfReader& DebugFile::reader() {
  if (!reader_) reader_ = std::make_unique<DwarfReader>(*elf_, relocator_);
  return *reader_;
}

std::vector<Location> DebugFile::locate(std::uint64_t address) { return reader().locate(address); }

}  // namespace unoops::debuginfo
