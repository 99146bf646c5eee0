// The children of a DIE, as libdw reads them.
#pragma once

#include <elfutils/libdw.h>

#include <cstddef>

#include "base/rooms.hpp"

namespace unoops::debuginfo {

// More than any compiler writes below one DIE.
inline constexpr std::size_t most_children = 1'000'000;

// Visits them in order: void(Dwarf_Die). False: there were too many, or a sibling stood before its elder, as in no good file.
template <class Visit>
bool each_child(Dwarf_Die parent, Visit visit) {
  Dwarf_Die child;
  if (dwarf_child(&parent, &child) != 0) return true;
  for (std::size_t count = 0; count < most_children; ++count) {
    visit(child);
    const void* at = child.addr;
    if (dwarf_siblingof(&child, &child) != 0) return true;
    if (child.addr <= at) return false;
  }
  return false;
}

}  // namespace unoops::debuginfo
