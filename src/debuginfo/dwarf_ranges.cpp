// Address ranges of DIEs: low_pc and high_pc, .debug_ranges (DWARF 2 to 4), .debug_rnglists (DWARF 5).
#include <dwarf.h>

#include "debuginfo/dwarf_unit.hpp"

namespace unoops::debuginfo {

void Unit::RangeBuilder::see(const Unit& unit, const Attribute& a) {
  if (a.name == DW_AT_low_pc)
    low = unit.address(a);
  else if (a.name == DW_AT_high_pc)
    high = a;
  else if (a.name == DW_AT_ranges)
    list = a;
}

// Visit: bool(AddressRange); false ends the walk.
template <class Visit>
void Unit::each_range(const RangeBuilder& builder, Visit visit) const {
  if (builder.list) {
    const auto at = range_list_offset(*builder.list);
    if (!at) return;
    if (format.version >= 5)
      range_list(*at, visit);
    else
      old_range_list(*at, visit);
    return;
  }
  if (!builder.low || !builder.high) return;
  if (const auto high = address(*builder.high))
    visit(AddressRange{*builder.low, *high});
  else if (const auto size = number(*builder.high))
    visit(AddressRange{*builder.low, *builder.low + *size});
}

std::optional<std::uint64_t> Unit::range_list_offset(const Attribute& a) const {
  const auto value = number(a);
  if (!value) return std::nullopt;
  if (format.version < 5) return *value + ranges_base;
  if (a.form != DW_FORM_rnglistx) return value;
  const std::uint64_t at = rnglists_base + *value * format.offset_size;
  sections->ready(DebugSection::rnglists, at, at + format.offset_size);
  return rnglists_base + sections->reader(DebugSection::rnglists, at).u(format.offset_size);
}

namespace {

// Relocates ahead of a list that is read, in steps: how long it is shows only at its end.
class Ahead {
 public:
  Ahead(DwarfSections& sections, DebugSection which, std::uint64_t at)
      : sections_(sections), which_(which), upto_(at) {}
  void reach(std::uint64_t offset) {
    while (offset + 32 > upto_) {
      sections_.ready(which_, upto_, upto_ + 512);
      upto_ += 512;
    }
  }

 private:
  DwarfSections& sections_;
  DebugSection which_;
  std::uint64_t upto_;
};

}  // namespace

template <class Visit>
void Unit::old_range_list(std::uint64_t at, Visit visit) const {
  // A .dwo has no .debug_ranges of its own.
  DwarfSections& home = sections->dwo() && address_sections ? *address_sections : *sections;
  Ahead ahead(home, DebugSection::ranges, at);
  ByteReader in = home.reader(DebugSection::ranges, at);
  std::uint64_t base = low_pc.value_or(0);
  const std::uint64_t escape = format.address_size == 8 ? UINT64_MAX : UINT32_MAX;
  while (!in.failed() && sections->budget().work(1)) {
    ahead.reach(in.offset());
    const std::uint64_t low = in.u(format.address_size), high = in.u(format.address_size);
    if (low == 0 && high == 0) return;
    if (low == escape)
      base = high;
    else if (!visit(AddressRange{base + low, base + high}))
      return;
  }
}

template <class Visit>
void Unit::range_list(std::uint64_t at, Visit visit) const {
  Ahead ahead(*sections, DebugSection::rnglists, at);
  ByteReader in = sections->reader(DebugSection::rnglists, at);
  std::uint64_t base = low_pc.value_or(0);
  const unsigned word = format.address_size;
  while (!in.failed() && sections->budget().work(1)) {
    ahead.reach(in.offset());
    AddressRange range;
    switch (in.u8()) {
      case DW_RLE_base_addressx:
        base = indexed_address(in.uleb()).value_or(0);
        continue;
      case DW_RLE_base_address:
        base = in.u(word);
        continue;
      case DW_RLE_startx_endx:
        range.low = indexed_address(in.uleb()).value_or(0);
        range.high = indexed_address(in.uleb()).value_or(0);
        break;
      case DW_RLE_startx_length:
        range.low = indexed_address(in.uleb()).value_or(0);
        range.high = range.low + in.uleb();
        break;
      case DW_RLE_offset_pair:
        range.low = base + in.uleb();
        range.high = base + in.uleb();
        break;
      case DW_RLE_start_end:
        range.low = in.u(word);
        range.high = in.u(word);
        break;
      case DW_RLE_start_length:
        range.low = in.u(word);
        range.high = range.low + in.uleb();
        break;
      default:
        return;  // the end of the list, or nothing that DWARF 5 knows
    }
    if (!visit(range)) return;
  }
}

std::vector<AddressRange> Unit::finish(const RangeBuilder& builder) const {
  std::vector<AddressRange> out;
  each_range(builder, [&](AddressRange range) {
    // Empty ones count, too, because libdw passes all of them again for each question.
    if (!sections->budget().keep(sizeof range)) return false;
    if (range.low < range.high) out.push_back(range);
    return true;
  });
  return out;
}

bool Unit::contains(const RangeBuilder& builder, std::uint64_t wanted) const {
  bool found = false;
  each_range(builder, [&](AddressRange range) { return !(found = range.contains(wanted)); });
  return found;
}

}  // namespace unoops::debuginfo
