#include "symbols/debug_file.hpp"

#include <dwarf.h>

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
  prepare_section(".debug_str_offsets");
  prepare_section(".debug_addr");
  if (!unit->ready()) return false;
  prepare_lists(*unit);
  if (unit->line_offset)
    LineProgram::parse(reader().units().sections(), *unit->line_offset, unit->format, unit->comp_dir);
  return true;
}

// The location and range lists of one unit: compilers write one table a unit, so the first list that the unit names
// leads to all of them. Before DWARF 5 there are no tables, and the whole section is relocated.
void DebugFile::prepare_lists(Unit& unit) {
  if (unit.format.version < 5) {
    prepare_section(".debug_loc");
    prepare_section(".debug_ranges");
    return;
  }
  std::optional<std::uint64_t> location, range;
  for (std::uint64_t at = unit.root; at < unit.end && !(location && range);) {
    const auto die = unit.die(at);
    if (!die) {
      ++at;  // the null that ends a list of siblings
      continue;
    }
    const std::uint16_t tag = die->tag();
    const bool variable = tag == DW_TAG_variable || tag == DW_TAG_formal_parameter;
    const bool code = tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_subprogram ||
                      tag == DW_TAG_compile_unit;
    if ((variable && !location) || (code && !range))
      unit.attributes(*die, [&](const Attribute& a) {
        if (a.form != DW_FORM_sec_offset) return;
        if (a.name == DW_AT_location)
          location = unit.number(a);
        else if (a.name == DW_AT_ranges)
          range = unit.number(a);
      });
    at = unit.behind(*die);
  }
  if (location) prepare_table(".debug_loclists", *location);
  if (range) prepare_table(".debug_rnglists", *range);
}

// Relocates the table (DWARF 5, 7.28 and 7.29: a length stands before it) that holds the offset.
void DebugFile::prepare_table(std::string_view name, std::uint64_t offset) {
  const Section* section = elf_->section(name);
  if (!section) return;
  ByteReader in(elf_->bytes(*section), elf_->big_endian());
  while (!in.at_end() && !in.failed()) {
    const std::uint64_t begin = in.offset();
    std::uint64_t length = in.u32();
    if (length == 0xffffffffu) length = in.u64();
    in.skip(length);
    if (offset >= begin && offset < in.offset()) return void(relocator_.apply(*section, begin, in.offset()));
  }
  relocator_.apply(*section);
}

DwarfReader& DebugFile::reader() {
  if (!reader_) reader_ = std::make_unique<DwarfReader>(*elf_, relocator_);
  return *reader_;
}

std::vector<Location> DebugFile::locate(std::uint64_t address) { return reader().locate(address); }

}  // namespace unoops::symbols
