// Units for inspect, which reads them with libdw: variables, types, location lists. Only what is asked for is
// relocated, and libdw is kept from walking the headers of all units before it: 700 in amdgpu.ko, each on pages of its
// own.
#pragma once

#include <elfutils/libdw.h>

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/dwarf_reader.hpp"
#include "debuginfo/joined_unit.hpp"
#include "debuginfo/sections_file.hpp"

namespace unoops::debuginfo {

class LibdwUnits {
 public:
  LibdwUnits(ElfFile&, Relocator&, DwarfReader&);

  // The root of a unit, with everything that belongs to it relocated. Of a skeleton: the root in its .dwo.
  std::optional<Dwarf_Die> root(Unit&);

 private:
  struct End {
    void operator()(Dwarf* dwarf) const { dwarf_end(dwarf); }
  };
  using Handle = std::unique_ptr<Dwarf, End>;

  std::optional<Dwarf_Die> open(Unit&);
  std::optional<Dwarf_Die> open_split(const Unit& split);
  std::optional<Dwarf_Die> open_alone(Unit&);
  std::optional<Dwarf_Die> open_among_all(Unit&);
  Handle begin();
  void relocate(Unit&);
  void relocate_lists(Unit&);
  void relocate_table(std::string_view section, std::uint64_t offset);
  void relocate_section(std::string_view name);

  ElfFile& elf_;
  Relocator& relocator_;
  DwarfReader& reader_;
  bool shown_ = false, safe_ = false;                        // safe_: libdw may see the file
  std::map<std::uint64_t, std::optional<Dwarf_Die>> roots_;  // by the unit's offset
  std::vector<Handle> handles_;
  std::optional<SectionsFile> none_;
  std::vector<std::unique_ptr<JoinedUnit>> joined_;
  Handle all_, alternate_;
};

}  // namespace unoops::debuginfo
