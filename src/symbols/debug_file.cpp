#include "symbols/debug_file.hpp"

#include <dwarf.h>

#include "symbols/source_path.hpp"

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
  const Bytes bytes = elf_->bytes(*info);
  std::uint64_t at = 0;
  while (at + 12 <= bytes.size()) {
    relocator_.apply(*info, at, at + 24);
    std::uint64_t length = 0;
    for (int i = 3; i >= 0; --i) length = length << 8 | bytes[at + (elf_->big_endian() ? 3 - i : i)];
    if (length >= 0xfffffff0u) break;      // 64-bit DWARF: no kernel is built so
    at += 4 + length;
  }
}

std::optional<Dwarf_Off> DebugFile::unit_at(std::uint64_t address) {
  if (!dwarf()) return std::nullopt;
  prepare_section(".debug_aranges");
  prepare_headers();
  Dwarf_Aranges* ranges = nullptr;
  std::size_t count = 0;
  if (dwarf_getaranges(dwarf_, &ranges, &count) == 0) {
    Dwarf_Off offset = 0;
    if (dwarf_getarangeinfo(dwarf_getarange_addr(ranges, address), nullptr, nullptr, &offset) == 0) return offset;
  }
  return std::nullopt;
}

bool DebugFile::prepare_unit(Dwarf_Off unit_die) {
  const Section* info = elf_->section(".debug_info");
  if (!info || !dwarf()) return false;
  if (!elf_->relocatable()) return true;
  prepare_headers();
  Dwarf_Die die;
  Dwarf_Off offset = 0, next = 0;
  std::size_t header = 0;
  if (!dwarf_offdie(dwarf_, unit_die, &die)) return false;
  offset = unit_die - dwarf_cuoffset(&die);
  if (dwarf_nextcu(dwarf_, offset, &next, &header, nullptr, nullptr, nullptr) != 0) return false;
  prepare_section(".debug_rnglists");
  prepare_section(".debug_ranges");
  prepare_section(".debug_line");
  prepare_section(".debug_str_offsets");
  prepare_section(".debug_addr");
  return relocator_.apply(*info, offset, next);
}

namespace {

bool child_with_pc(Dwarf_Die& die, std::uint64_t address) {
  Dwarf_Die child;
  if (dwarf_child(&die, &child) != 0) return false;
  do {
    const int tag = dwarf_tag(&child);
    if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine && tag != DW_TAG_lexical_block) continue;
    if (dwarf_haspc(&child, address) <= 0) continue;
    die = child;
    return true;
  } while (dwarf_siblingof(&child, &child) == 0);
  return false;
}

std::string function_name(Dwarf_Die& die) {
  Dwarf_Attribute attribute;
  const char* name = dwarf_formstring(dwarf_attr_integrate(&die, DW_AT_name, &attribute));
  return name ? name : "";
}

unsigned number(Dwarf_Die& die, unsigned attribute_name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  dwarf_formudata(dwarf_attr(&die, attribute_name, &attribute), &value);
  return static_cast<unsigned>(value);
}

}  // namespace

std::vector<Location> DebugFile::locate(std::uint64_t address) {
  std::vector<Location> chain;
  const auto unit = unit_at(address);
  Dwarf_Die cu;
  if (!unit || !prepare_unit(*unit) || !dwarf_offdie(dwarf_, *unit, &cu)) return chain;
  Location level;
  Dwarf_Files* files = nullptr;
  dwarf_getsrcfiles(&cu, &files, nullptr);
  if (Dwarf_Line* line = dwarf_getsrc_die(&cu, address)) {
    int number_of_line = 0, column = 0;
    dwarf_lineno(line, &number_of_line);
    dwarf_linecol(line, &column);
    const char* file = dwarf_linesrc(line, nullptr, nullptr);
    level = {"", file ? file : "", static_cast<unsigned>(number_of_line), static_cast<unsigned>(column), false};
  } else {
    return chain;
  }
  Dwarf_Attribute attribute;
  const char* comp_dir = dwarf_formstring(dwarf_attr(&cu, DW_AT_comp_dir, &attribute));
  level.file = source_path(level.file, comp_dir ? comp_dir : "");
  std::vector<Dwarf_Die> scopes;
  Dwarf_Die die = cu;
  while (child_with_pc(die, address))
    if (dwarf_tag(&die) != DW_TAG_lexical_block) scopes.push_back(die);
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    level.function = function_name(*scope);
    level.inlined = dwarf_tag(&*scope) == DW_TAG_inlined_subroutine;
    chain.push_back(level);
    const char* file = dwarf_filesrc(files, number(*scope, DW_AT_call_file), nullptr, nullptr);
    level.file = source_path(file ? file : "", comp_dir ? comp_dir : "");
    level.line = number(*scope, DW_AT_call_line);
    level.column = number(*scope, DW_AT_call_column);
  }
  if (chain.empty()) chain.push_back(level);
  return chain;
}

}  // namespace unoops::symbols
