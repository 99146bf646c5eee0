// One unit of .debug_info: its header, its root, and how to read the attributes of its DIEs.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/dwarf_abbrev.hpp"
#include "debuginfo/dwarf_sections.hpp"

namespace unoops::debuginfo {

struct AddressRange {
  std::uint64_t low = 0, high = 0;
  bool contains(std::uint64_t address) const { return address >= low && address < high; }
};

// An attribute's value, not read yet.
struct Attribute {
  std::uint16_t name = 0, form = 0;
  std::int64_t implicit = 0;
  std::uint64_t at = 0;  // of the value in .debug_info
};

struct Die {
  std::uint64_t offset = 0, attributes = 0;
  const Abbrev* abbrev = nullptr;
  std::uint16_t tag() const { return abbrev->tag; }
};

// Where a reference leads to.
struct DieReference {
  std::uint64_t offset = 0;
  bool alternate = false;  // in the dwz file
};

class Unit {
 public:
  // Reads the header; null: damaged, or of a version that nobody defined. The root is read by read_root().
  static std::unique_ptr<Unit> parse(DwarfSections&, std::uint64_t offset);
  // Relocates and reads the root DIE. False: damaged.
  bool read_root(const AbbrevTable*);
  // Relocates the whole unit, before its DIEs are read.
  bool ready() { return sections->ready(DebugSection::info, begin, end); }

  DwarfSections* sections = nullptr;
  DwarfSections* alternate = nullptr;  // .gnu_debugaltlink's file, where it was found
  UnitFormat format;
  std::uint64_t begin = 0, end = 0, root = 0, abbrev_offset = 0;
  std::uint8_t type = 0;  // DW_UT_*
  // of the root
  std::uint16_t tag = 0;
  std::optional<std::uint64_t> low_pc, line_offset, dwo_id;
  std::string_view name, comp_dir, dwo_name;
  std::uint64_t language = 0;
  std::vector<AddressRange> ranges;
  // Of a .dwo unit these come from its skeleton, or from the .dwp index.
  std::uint64_t str_offsets_base = 0, addr_base = 0, rnglists_base = 0, ranges_base = 0, locations_at = 0;
  DwarfSections* address_sections = nullptr;  // where .debug_addr is (and, before DWARF 5, .debug_ranges)

  // What precedes a contribution's entries in DWARF 5: length, version, padding; of lists also the count of their offsets.
  std::uint64_t table_header() const { return format.offset_size == 8 ? 16 : 8; }
  std::uint64_t lists_header() const { return table_header() + 4; }
  // Its DIEs may lean on other units.
  bool refers_out() const { return abbrevs_->refers_out(); }
  const AbbrevTable* abbrevs() const { return abbrevs_; }
  ByteReader reader(std::uint64_t at) const;
  std::optional<Die> die(std::uint64_t offset) const;
  // The offset behind the DIE's attributes: of its first child, or of the next DIE.
  std::uint64_t behind(const Die&) const;
  template <class Visit>  // void(const Attribute&)
  void attributes(const Die& die, Visit visit) const {
    ByteReader at = reader(die.attributes);
    const AttributeSpec* specs = abbrevs_->specs(*die.abbrev);
    for (std::uint32_t i = 0; i < die.abbrev->count; ++i) {
      Attribute attribute{specs[i].name, specs[i].form, specs[i].implicit, at.offset()};
      visit(attribute);
      if (!skip_form(at, specs[i].form, format) || at.failed()) return;
    }
  }

  std::optional<std::uint64_t> number(const Attribute&) const;
  std::optional<std::uint64_t> address(const Attribute&) const;
  std::string_view text(const Attribute&) const;
  std::optional<DieReference> reference(const Attribute&) const;

  // Collects low_pc, high_pc and ranges of a DIE while its attributes are visited.
  struct RangeBuilder {
    std::optional<std::uint64_t> low;
    std::optional<Attribute> high, list;
    void see(const Unit&, const Attribute&);
  };
  std::vector<AddressRange> finish(const RangeBuilder&) const;
  bool contains(const RangeBuilder&, std::uint64_t address) const;

 private:
  void read_bases(const Die& root);
  std::optional<std::uint64_t> indexed_address(std::uint64_t index) const;
  std::string_view indexed_text(std::uint64_t index) const;
  template <class Visit>
  void each_range(const RangeBuilder&, Visit) const;
  template <class Visit>
  void old_range_list(std::uint64_t at, Visit) const;
  template <class Visit>
  void range_list(std::uint64_t at, Visit) const;
  std::optional<std::uint64_t> range_list_offset(const Attribute&) const;

  const AbbrevTable* abbrevs_ = nullptr;
};

// Units in languages where code sits in namespaces and types.
bool nests_code(std::uint64_t language);

}  // namespace unoops::debuginfo
