// An ELF file in memory that has nothing but some sections: what libdw is shown instead of files that it would look for itself, or
// can't read as they are.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::debuginfo {

// Shows libelf's callers these bytes as the section's, uncompressed. They must live as long as the Elf. False: it refused.
bool show_bytes(Elf_Scn*, std::span<const std::uint8_t> bytes);

class SectionsFile {
 public:
  struct Section {
    std::string_view name;
    std::span<const std::uint8_t> bytes;  // not copied
  };
  // As many as have bytes; the first must have some.
  SectionsFile(const std::vector<Section>&, bool big_endian);
  ~SectionsFile();
  SectionsFile(const SectionsFile&) = delete;
  SectionsFile& operator=(const SectionsFile&) = delete;
  Dwarf* get() const { return dwarf_; }  // null: libdw did not take it

  // A file with a line table of no entries: whatever refers to it finds nothing there. libdw is told that this is the file that dwz
  // moved shared parts to, where we opened none. Else it looks for one by the path that the symbol file names, anywhere, and
  // waits where that is a FIFO (libdw/dwarf_getalt.c, elfutils 0.188).
  static std::vector<Section> nothing();

 private:
  std::vector<char> image_;
  Elf* elf_ = nullptr;
  Dwarf* dwarf_ = nullptr;
};

}  // namespace unoops::debuginfo
