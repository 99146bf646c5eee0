#include "symbols/debug_file.hpp"


namespace unoops::symbols {

DebugFile::DebugFile(std::unique_ptr<ElfFile> elf) : elf_(std::move(elf)), relocator_(*elf_) {}

DebugFile::~DebugFile() {
  if (dwarf_) dwarf_end(dwarf_);
}

SymbolIndex& DebugFile::symbols() {
  if (!symbols_) symbols_ = std::make_unique<SymbolIndex>(*elf_);
  return *symbols_;
}

Dwarf* DebugFile::dwarf() {
  if (!dwarf_tried_) {
    dwarf_tried_ = true;
    if (has_debug_info()) dwarf_ = dwarf_begin_elf(elf_->elf(), DWARF_C_READ, nullptr);
  }
  return dwarf_;
}

void DebugFile::prepare_section(std::string_view name) {
  if (const Section* s = elf_->section(name)) relocator_.apply(*s);
}

void DebugFile::prepare_headers() {
  if (headers_ready_) return;
  headers_ready_ = true;
  const Section* info = elf_->section(".debug_info");
  if (!info || !elf_->relocatable()) return;
  for (const std::uint64_t at : reader().units().offsets()) relocator_.apply(*info, at, at + 24);
}

std::optional<Dwarf_Off> DebugFile::unit_at(std::uint64_t address) {
  const Unit* unit = has_debug_info() ? reader().unit_at(address) : nullptr;
  if (!unit) return std::nullopt;
  return unit->root;
}

bool DebugFile::prepare_unit(Dwarf_Off unit_die) {
  const Section* info = elf_->section(".debug_info");
  if (!info || !dwarf()) return false;
  if (!elf_->relocatable()) return true;
  prepare_headers();
  Unit* unit = reader().units().holding(unit_die);
  if (!unit) return false;
  for (const std::string_view name : {".debug_rnglists", ".debug_ranges", ".debug_line", ".debug_str_offsets", ".debug_addr"})
    prepare_section(name);
  return unit->ready();
}

DwarfReader& DebugFile::reader() {
  if (!reader_) reader_ = std::make_unique<DwarfReader>(*elf_, relocator_);
  return *reader_;
}

std::vector<Location> DebugFile::locate(std::uint64_t address) { return reader().locate(address); }

}  // namespace unoops::symbols
