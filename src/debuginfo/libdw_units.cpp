#include "debuginfo/libdw_units.hpp"

#include <dwarf.h>

#include <array>
#include <cstring>
#include <utility>

namespace unoops::debuginfo {

namespace {

// What libdw keeps of each unit whose header it passes, in bytes: Dwarf_CU with a first table of abbreviations (elfutils 0.188).
constexpr std::uint64_t kept_a_unit = 1024;

// Whether the file may have libdw pass the headers of all of its units: a hostile one has one every 12 bytes.
bool may_be_passed(ElfFile& elf) {
  for (const char* name : {".debug_info", ".debug_types"}) {
    const ElfSection* section = elf.section(name);
    ByteReader in(section ? elf.bytes(*section) : Bytes(), elf.big_endian());
    while (!in.at_end() && !in.failed() && elf.budget().keep(kept_a_unit)) {
      std::uint64_t length = in.u32();
      if (length == 0xffffffffu) length = in.u64();
      in.skip(length);
    }
  }
  return !elf.budget().spent();
}

constexpr std::uint64_t longest_dwarf32 = 0xfffffff0;  // lengths above are escapes (DWARF 5, 7.2.2)

}  // namespace

LibdwUnits::LibdwUnits(ElfFile& elf, Relocator& relocator, DwarfReader& reader)
    : elf_(elf), relocator_(relocator), reader_(reader) {}

LibdwUnits::Handle LibdwUnits::begin() {
  if (!std::exchange(shown_, true)) safe_ = elf_.show_inflated();
  if (!safe_) return nullptr;
  return Handle(dwarf_begin_elf(elf_.elf(), DWARF_C_READ, nullptr));
}

std::optional<Dwarf_Die> LibdwUnits::root(Unit& unit) {
  const auto [known, fresh] = roots_.try_emplace(unit.begin);
  if (fresh) known->second = open(unit);
  return known->second;
}

std::optional<Dwarf_Die> LibdwUnits::open(Unit& unit) {
  relocate(unit);
  // Split DWARF: the variables and types are in another file.
  if (const Unit* split = reader_.split_unit(unit)) return open_split(*split);
  return unit.refers_out() ? open_among_all(unit) : open_alone(unit);
}

std::optional<Dwarf_Die> LibdwUnits::open_split(const Unit& split) {
  auto joined = JoinedUnit::make(split, elf_.big_endian());
  if (!joined || split.sections->budget().spent()) return std::nullopt;
  return joined_.emplace_back(std::move(joined))->root();
}

// libdw finds a unit by walking the headers of all units before it, which is slow. For this call the first header is
// overwritten by one whose length reaches to our unit, so that libdw walks one. That is safe because units that are
// opened here refer to no other unit.
std::optional<Dwarf_Die> LibdwUnits::open_alone(Unit& unit) {
  const ElfSection* info = elf_.section(".debug_info");
  if (!info || unit.begin > longest_dwarf32 || unit.format.offset_size != 4) return open_among_all(unit);
  const std::span<std::uint8_t> bytes = elf_.writable(*info);
  const std::size_t header = unit.begin == 0 ? 0 : unit.root - unit.begin;
  std::array<std::uint8_t, 32> kept{};
  if (header > kept.size() || header > unit.begin || unit.root > bytes.size()) return open_among_all(unit);
  std::memcpy(kept.data(), bytes.data(), header);
  std::memcpy(bytes.data(), bytes.data() + unit.begin, header);
  const std::uint64_t length = unit.begin - 4;
  for (unsigned i = 0; i < 4 && header != 0; ++i)
    bytes[i] = static_cast<std::uint8_t>(length >> 8 * (elf_.big_endian() ? 3 - i : i));
  Handle handle = begin();
  Dwarf_Die die;
  const bool found = handle && dwarf_offdie(handle.get(), unit.root, &die);
  std::memcpy(bytes.data(), kept.data(), header);
  if (!found) return std::nullopt;
  handles_.push_back(std::move(handle));
  return die;
}

// Link-time optimisation, dwz and type units: DIEs of this unit lean on others.
std::optional<Dwarf_Die> LibdwUnits::open_among_all(Unit& unit) {
  if (!all_) {
    all_ = may_be_passed(elf_) ? begin() : nullptr;
    if (!all_) return std::nullopt;
    relocate_section(".debug_info");
    relocate_section(".debug_types");
    if (ElfFile* other = reader_.alternate_file()) {
      if (other->show_inflated() && may_be_passed(*other))
        alternate_.reset(dwarf_begin_elf(other->elf(), DWARF_C_READ, nullptr));
    }
    if (!alternate_) none_.emplace(SectionsFile::nothing(), elf_.big_endian());
    Dwarf* const shared = alternate_ ? alternate_.get() : none_->get();
    if (!shared) return all_.reset(), std::nullopt;
    dwarf_setalt(all_.get(), shared);
  }
  Dwarf_Die die;
  if (!dwarf_offdie(all_.get(), unit.root, &die)) return std::nullopt;
  return die;
}

void LibdwUnits::relocate_section(std::string_view name) {
  if (const ElfSection* s = elf_.section(name)) relocator_.apply(*s);
}

void LibdwUnits::relocate(Unit& unit) {
  if (!elf_.relocatable()) return;
  relocate_section(".debug_str_offsets");
  relocate_section(".debug_addr");
  unit.ready();
  relocate_lists(unit);
}

// The location and range lists of one unit: compilers write one table a unit, so the first list that the unit names
// leads to all of them. Before DWARF 5 there are no tables, and the whole section is relocated.
void LibdwUnits::relocate_lists(Unit& unit) {
  if (unit.format.version < 5) {
    relocate_section(".debug_loc");
    relocate_section(".debug_ranges");
    return;
  }
  std::optional<std::uint64_t> location, range;
  for (std::uint64_t at = unit.root; at < unit.end && !(location && range);) {
    const auto die = unit.die(at);
    if (!die) {
      ++at;  // the null that ends a list of siblings
      continue;
    }
    const std::uint16_t tag = die->tag();
    const bool variable = tag == DW_TAG_variable || tag == DW_TAG_formal_parameter;
    const bool code = tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_subprogram ||
                      tag == DW_TAG_compile_unit;
    if ((variable && !location) || (code && !range))
      unit.attributes(*die, [&](const Attribute& a) {
        if (a.form != DW_FORM_sec_offset) return;
        if (a.name == DW_AT_location)
          location = unit.number(a);
        else if (a.name == DW_AT_ranges)
          range = unit.number(a);
      });
    at = unit.behind(*die);
  }
  if (location) relocate_table(".debug_loclists", *location);
  if (range) relocate_table(".debug_rnglists", *range);
}

// Relocates the table (DWARF 5, 7.28 and 7.29: a length stands before it) that holds the offset.
void LibdwUnits::relocate_table(std::string_view name, std::uint64_t offset) {
  const ElfSection* section = elf_.section(name);
  if (!section) return;
  ByteReader in(elf_.bytes(*section), elf_.big_endian());
  while (!in.at_end() && !in.failed()) {
    const std::uint64_t begin = in.offset();
    std::uint64_t length = in.u32();
    if (length == 0xffffffffu) length = in.u64();
    in.skip(length);
    if (offset >= begin && offset < in.offset()) return void(relocator_.apply(*section, begin, in.offset()));
  }
  relocator_.apply(*section);
}

}  // namespace unoops::debuginfo
