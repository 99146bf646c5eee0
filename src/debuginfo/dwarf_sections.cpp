#include "debuginfo/dwarf_sections.hpp"

namespace unoops::debuginfo {

namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(DebugSection::count)> names = {
    "debug_info",   "debug_abbrev",   "debug_line",    "debug_str",         "debug_line_str",
    "debug_ranges", "debug_rnglists", "debug_addr",    "debug_str_offsets", "debug_aranges",
    "debug_loc",    "debug_loclists", "debug_cu_index"};

}  // namespace

DwarfSections::Entry& DwarfSections::entry(DebugSection which) {
  const auto index = static_cast<std::size_t>(which);
  Entry& e = entries_[index];
  if (e.looked) return e;
  e.looked = true;
  const std::string name = std::string(names[index]) + (dwo_ && which != DebugSection::cu_index ? ".dwo" : "");
  e.section = elf_.section("." + name);
  if (!e.section) e.section = elf_.section(".z" + name);
  if (e.section) e.bytes = elf_.bytes(*e.section);
  e.whole = !elf_.relocatable();
  return e;
}

bool DwarfSections::ready(DebugSection which, std::uint64_t begin, std::uint64_t end) {
  Entry& e = entry(which);
  if (e.whole || !e.section) return true;
  return relocator_.apply(*e.section, begin, end);
}

}  // namespace unoops::debuginfo
