// What libdw is told to be the file that dwz moved shared parts to, where there is none that we opened ourselves. Without one it looks
// for the file by the path that the symbol file names, anywhere, and waits where that is a FIFO (libdw/dwarf_getalt.c, elfutils 0.188).
#pragma once

#include <elfutils/libdw.h>

#include <array>

#include "base/rooms.hpp"

namespace unoops::debuginfo {

// A file with a line table of no entries: whatever refers to it finds nothing there.
class NoAlternate {
 public:
  NoAlternate();
  ~NoAlternate();
  NoAlternate(const NoAlternate&) = delete;
  NoAlternate& operator=(const NoAlternate&) = delete;
  Dwarf* get() const { return dwarf_; }  // null: libdw did not take it

 private:
  std::array<char, 512> file_{};
  Elf* elf_ = nullptr;
  Dwarf* dwarf_ = nullptr;
};

}  // namespace unoops::debuginfo
