// The debug sections of one file (or its .dwo half): fetched, decompressed and relocated only where they are read.
#pragma once

#include <array>
#include <string>

#include "base/rooms.hpp"
#include "debuginfo/byte_reader.hpp"
#include "debuginfo/elf_file.hpp"
#include "debuginfo/relocator.hpp"

namespace unoops::debuginfo {

enum class DebugSection {
  info,
  abbrev,
  line,
  str,
  line_str,
  ranges,
  rnglists,
  addr,
  str_offsets,
  aranges,
  loc,       // of split DWARF only: else libdw finds them itself
  loclists,  // likewise
  cu_index,
  count
};

class DwarfSections {
 public:
  // dwo: the sections whose names end in ".dwo".
  DwarfSections(ElfFile& elf, Relocator& relocator, bool dwo = false) : elf_(elf), relocator_(relocator), dwo_(dwo) {}

  Bytes bytes(DebugSection which) {
    const Entry& e = entries_[static_cast<std::size_t>(which)];
    return e.looked ? e.bytes : entry(which).bytes;
  }
  // Relocates [begin, end) before it is read; false: it can't be.
  bool ready(DebugSection, std::uint64_t begin, std::uint64_t end);
  ByteReader reader(DebugSection which, std::uint64_t at = 0) { return {bytes(which), elf_.big_endian(), at}; }
  // The NUL-terminated text at an offset of .debug_str or .debug_line_str; empty where there is none.
  std::string_view text(DebugSection which, std::uint64_t at) {
    const std::string_view text = reader(which, at).text();
    constexpr std::uint64_t bytes_a_step = 32;
    return budget().work(1 + text.size() / bytes_a_step) ? text : std::string_view{};
  }
  Budget& budget() { return elf_.budget(); }

  bool dwo() const { return dwo_; }

 private:
  struct Entry {
    bool looked = false, whole = false;  // whole: relocated from end to end, or nothing to relocate
    const ElfSection* section = nullptr;
    Bytes bytes;
  };
  Entry& entry(DebugSection);

  ElfFile& elf_;
  Relocator& relocator_;
  bool dwo_;
  std::array<Entry, static_cast<std::size_t>(DebugSection::count)> entries_;
};

}  // namespace unoops::debuginfo
