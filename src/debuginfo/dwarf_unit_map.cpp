#include <dwarf.h>

#include <algorithm>

#include "debuginfo/dwarf_reader.hpp"

namespace unoops::debuginfo {

const AbbrevTable* UnitTable::abbrevs(const Unit& unit) {
  auto& table = abbrevs_[{unit.abbrev_offset, unit.format}];
  if (!table)
    table = std::make_unique<AbbrevTable>(sections_.reader(DebugSection::abbrev, unit.abbrev_offset), unit.format,
                                          sections_.budget());
  return table.get();
}

Unit* UnitTable::at(std::uint64_t offset) {
  const auto known = units_.find(offset);
  if (known != units_.end()) return known->second->tag ? known->second.get() : nullptr;
  auto unit = Unit::parse(sections_, offset);
  return unit ? add(std::move(unit)) : nullptr;
}

Unit* UnitTable::add(std::unique_ptr<Unit> unit) {
  if (!sections_.budget().keep(sizeof(Unit))) return nullptr;
  // Two entries of a package's index may lead to one unit. Others point to it already, so it stays as it is.
  const auto [slot, fresh] = units_.try_emplace(unit->begin);
  if (!fresh) return nullptr;
  slot->second = std::move(unit);
  Unit& added = *slot->second;
  added.alternate = alternate;
  added.read_root(abbrevs(added));
  return added.tag ? &added : nullptr;
}

const std::vector<std::uint64_t>& UnitTable::offsets() {
  if (walked_) return offsets_;
  walked_ = true;
  ByteReader in = sections_.reader(DebugSection::info);
  while (in.left() > 11) {
    const std::uint64_t at = in.offset();
    std::uint64_t length = in.u32();
    if (length == 0xffffffffu) length = in.u64();
    if (length == 0 || length > in.left() || !sections_.budget().keep(sizeof at)) break;
    offsets_.push_back(at);
    in.skip(length);
  }
  return offsets_;
}

Unit* UnitTable::holding(std::uint64_t die) {
  const auto& all = offsets();
  const auto behind = std::upper_bound(all.begin(), all.end(), die);
  return behind == all.begin() ? nullptr : at(*std::prev(behind));
}

void UnitMap::read_aranges() {
  aranges_read_ = true;
  DwarfSections& sections = units_.sections();
  sections.ready(DebugSection::aranges, 0, UINT64_MAX);
  ByteReader all = sections.reader(DebugSection::aranges);
  while (all.left() > 12) {
    const std::uint64_t begin = all.offset();
    unsigned offset_size = 4;
    std::uint64_t length = all.u32();
    if (length == 0xffffffffu) length = all.u64(), offset_size = 8;
    if (length > all.left()) break;
    ByteReader in = all;
    all.skip(length);
    in.limit(all.offset());
    in.u16();
    const std::uint64_t unit = in.u(offset_size);
    const unsigned word = in.u8(), segment = in.u8();
    if ((word != 4 && word != 8) || segment != 0) continue;
    const std::uint64_t step = 2 * word, used = in.offset() - begin;
    in.skip((step - used % step) % step);
    while (in.left() >= step) {
      const std::uint64_t low = in.u(word), size = in.u(word);
      if ((low == 0 && size == 0) || !sections.budget().keep(sizeof(Row))) break;
      if (size) aranges_.push_back({low, low + size, unit});
    }
  }
  std::sort(aranges_.begin(), aranges_.end());
}

void UnitMap::read_units() {
  units_read_ = true;
  for (const std::uint64_t offset : units_.offsets()) {
    Unit* unit = units_.at(offset);
    if (!unit || !units_.sections().budget().keep(unit->ranges.size() * sizeof(Row))) continue;
    for (const AddressRange& range : unit->ranges) ranges_.push_back({range.low, range.high, offset});
  }
  std::sort(ranges_.begin(), ranges_.end());
}

const UnitMap::Row* UnitMap::find_row(const std::vector<Row>& rows, std::uint64_t address) {
  auto at = std::upper_bound(rows.begin(), rows.end(), Row{address, 0, 0});
  // Ranges of units do not overlap, but discarded code may stand at 0 and a range may be doubled.
  for (int steps = 0; at != rows.begin() && steps < 8; ++steps)
    if ((--at)->high > address) return &*at;
  return nullptr;
}

Unit* UnitMap::find(std::uint64_t address) {
  if (!aranges_read_) read_aranges();
  if (const Row* row = find_row(aranges_, address))
    if (Unit* unit = units_.at(row->unit)) return unit;
  if (!units_read_) read_units();
  const Row* row = find_row(ranges_, address);
  return row ? units_.at(row->unit) : nullptr;
}

}  // namespace unoops::debuginfo
