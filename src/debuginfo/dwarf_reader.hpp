// Addresses → inline chains, by a reader of our own: libdw keeps every line row and every DIE that it passes; a crash
// log asks for one address here and one there.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/dwarf_line.hpp"
#include "debuginfo/dwarf_unit.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops::debuginfo {

// The units of one set of sections.
class UnitTable {
 public:
  explicit UnitTable(DwarfSections& sections) : sections_(sections) {}
  DwarfSections& sections() { return sections_; }

  Unit* at(std::uint64_t header_offset);  // with its root read; null: damaged. Kept.
  // One whose header somebody else has completed (.dwp). Null: damaged, or there is one at that offset already.
  Unit* add(std::unique_ptr<Unit>);
  Unit* holding(std::uint64_t die_offset);      // the unit that a DIE is in
  const std::vector<std::uint64_t>& offsets();  // of all headers, walked once
  DwarfSections* alternate = nullptr;           // handed to the units

 private:
  const AbbrevTable* abbrevs(const Unit&);

  DwarfSections& sections_;
  bool walked_ = false;
  std::vector<std::uint64_t> offsets_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Unit>> units_;
  std::map<std::pair<std::uint64_t, UnitFormat>, std::unique_ptr<AbbrevTable>> abbrevs_;
};

// Which unit holds an address: by .debug_aranges where it says so, else by the ranges of the units themselves (clang
// writes no .debug_aranges; gas and gcc do).
class UnitMap {
 public:
  explicit UnitMap(UnitTable& units) : units_(units) {}
  Unit* find(std::uint64_t address);

 private:
  struct Row {
    std::uint64_t low, high, unit;
    bool operator<(const Row& other) const { return low < other.low; }
  };
  void read_aranges();
  void read_units();
  static const Row* find_row(const std::vector<Row>&, std::uint64_t address);

  UnitTable& units_;
  bool aranges_read_ = false, units_read_ = false;
  std::vector<Row> aranges_, ranges_;
};

class DwarfReader {
 public:
  DwarfReader(ElfFile&, Relocator&);
  ~DwarfReader();

  // Innermost first. Empty: no line there. Where no function is known (assembler), `function` is empty.
  std::vector<Location> locate(std::uint64_t address);

  Unit* unit_at(std::uint64_t address) { return map_.find(address); }
  // Reads the unit's functions. False: a bound was passed, so libdw, which has none, must not see the unit.
  bool examine(Unit& unit) { return visit(unit) && !sections_.budget().spent(); }
  // The unit with the DIEs of a skeleton, joined to it; null: it is no skeleton, or the file was not found.
  const Unit* split_unit(Unit& skeleton);
  ElfFile* alternate_file();  // dwz's; null: none, or not found

 private:
  // The functions of a unit, by address.
  struct Function {
    std::uint64_t low, high, die;
    bool operator<(const Function& other) const { return low < other.low; }
  };
  struct Other;  // a .dwo, .dwp or dwz file
  // What is kept of a unit that was asked for.
  struct Visited {
    Unit* skeleton = nullptr;
    Unit* unit = nullptr;        // where its DIEs are: itself, or the one in the .dwo
    UnitTable* table = nullptr;  // where `unit` lives
    std::vector<Function> functions;
    std::unique_ptr<LineProgram> lines;
  };
  struct Level {  // a function or an inlined one that holds the address
    std::string name;
    bool inlined = false;
    std::uint64_t call_file = 0;
    unsigned call_line = 0, call_column = 0;
  };

  Visited* visit(Unit&);
  void open_split(Visited&);
  void read_functions(Visited&);
  std::uint64_t walk_function(Visited&, const Die&);
  std::uint64_t find_function(const Visited&, std::uint64_t address) const;
  std::vector<Level> levels(Visited&, std::uint64_t address);
  bool descend(Visited&, std::uint64_t& at, std::uint64_t address, std::vector<Level>&);
  Level level(Visited&, const Die&);
  std::string name_of(UnitTable&, Unit&, std::uint64_t die);
  UnitTable* alternate();

  ElfFile& elf_;
  Relocator& relocator_;
  DwarfSections sections_;
  UnitTable units_;
  UnitMap map_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Visited>> visited_;
  std::unique_ptr<Other> alternate_;
  std::vector<std::unique_ptr<Other>> split_;
  std::unique_ptr<Other> package_;  // the .dwp
  bool alternate_tried_ = false, package_tried_ = false;
};

}  // namespace unoops::debuginfo
