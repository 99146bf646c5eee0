// The other files that DWARF may point to: .dwo objects and .dwp packages (split DWARF), the file of dwz.
#pragma once

#include <memory>
#include <string>

#include "base/rooms.hpp"
#include "debuginfo/dwarf_reader.hpp"

namespace unoops::debuginfo {

struct DwarfReader::Other {
  Other(std::unique_ptr<ElfFile> file, bool dwo)
      : elf(std::move(file)), relocator(*elf), sections(*elf, relocator, dwo), units(sections) {}

  static std::unique_ptr<Other> open_alternate(ElfFile& main);
  static std::unique_ptr<Other> open_package(ElfFile& main);
  static std::unique_ptr<Other> open_object(ElfFile& main, const Unit& skeleton);

  Unit* packaged(const Unit& skeleton);  // the unit of a .dwp that belongs to the skeleton
  Unit* object(const Unit& skeleton);    // the one of a .dwo

  std::unique_ptr<ElfFile> elf;
  Relocator relocator;
  DwarfSections sections;
  UnitTable units;
};

}  // namespace unoops::debuginfo
