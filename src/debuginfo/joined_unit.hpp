// A unit of split DWARF, made whole again for libdw: the part of the .dwo or .dwp with what its skeleton knows. libdw 0.188 reads no
// .dwp, and opens a .dwo itself, by the path that the compiler wrote it to, where it seldom still is.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/dwarf_unit.hpp"
#include "debuginfo/sections_file.hpp"

namespace unoops::debuginfo {

class JoinedUnit {
 public:
  // The unit must have been joined to its skeleton (DwarfReader), whose sections are relocated. Null: its DIEs lean on other units,
  // which are not shown; or it has a form that no compiler writes.
  static std::unique_ptr<JoinedUnit> make(const Unit& split, bool big_endian);
  std::optional<Dwarf_Die> root() const;

 private:
  bool write_info(const Unit& split, std::uint64_t children, std::uint64_t code);
  void write_abbrevs(const Unit& split, std::uint64_t code);

  bool big_endian_ = false;
  std::uint64_t root_at_ = 0, filler_ = 0;
  std::vector<std::uint8_t> info_, abbrevs_;
  std::optional<SectionsFile> file_;
};

}  // namespace unoops::debuginfo
