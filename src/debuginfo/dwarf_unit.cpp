#include "debuginfo/dwarf_unit.hpp"

#include <dwarf.h>

namespace unoops::debuginfo {

namespace {

// DW_LNAME-like constants that elfutils 0.188 already knows by other names are written as numbers in newer compilers.
bool is_c(std::uint64_t language) {
  switch (language) {
    case DW_LANG_C89:
    case DW_LANG_C:
    case DW_LANG_C99:
    case DW_LANG_C11:
    case DW_LANG_Mips_Assembler:
    case 0x2c:  // DW_LANG_C17
    case 0x3e:  // DW_LANG_C23
    case 0x31:  // DW_LANG_Assembly
    case 0:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool nests_code(std::uint64_t language) { return !is_c(language); }

ByteReader Unit::reader(std::uint64_t at) const {
  ByteReader out = sections->reader(DebugSection::info, at);
  out.limit(end);
  return out;
}

std::unique_ptr<Unit> Unit::parse(DwarfSections& sections, std::uint64_t offset) {
  sections.ready(DebugSection::info, offset, offset + 40);
  ByteReader in = sections.reader(DebugSection::info, offset);
  auto unit = std::make_unique<Unit>();
  unit->sections = unit->address_sections = &sections;
  unit->begin = offset;
  std::uint64_t length = in.u32();
  if (length == 0xffffffffu) {
    unit->format.offset_size = 8;
    length = in.u64();
  }
  if (in.failed() || length > in.left() || length < 7) return nullptr;
  unit->end = in.offset() + length;
  unit->format.version = in.u16();
  if (unit->format.version < 2 || unit->format.version > 5) return nullptr;
  unit->type = DW_UT_compile;
  if (unit->format.version >= 5) {
    unit->type = in.u8();
    unit->format.address_size = in.u8();
    unit->abbrev_offset = in.u(unit->format.offset_size);
    if (unit->type == DW_UT_skeleton || unit->type == DW_UT_split_compile) unit->dwo_id = in.u64();
    if (unit->type == DW_UT_type || unit->type == DW_UT_split_type) in.skip(8u + unit->format.offset_size);
  } else {
    unit->abbrev_offset = in.u(unit->format.offset_size);
    unit->format.address_size = in.u8();
  }
  unit->root = in.offset();
  const bool word = unit->format.address_size == 4 || unit->format.address_size == 8;
  return in.failed() || !word ? nullptr : std::move(unit);
}

// Where the unit's parts of the tables begin that its attributes point into.
void Unit::read_bases(const Die& die_at_root) {
  attributes(die_at_root, [&](const Attribute& a) {
    switch (a.name) {
      case DW_AT_str_offsets_base:
        str_offsets_base = number(a).value_or(0);
        break;
      case DW_AT_addr_base:
      case DW_AT_GNU_addr_base:
        addr_base = number(a).value_or(0);
        break;
      case DW_AT_rnglists_base:
        rnglists_base = number(a).value_or(0);
        break;
      case DW_AT_GNU_ranges_base:
        ranges_base = number(a).value_or(0);
        break;
      default:
        break;
    }
  });
  if (format.version >= 5 && sections->dwo()) {
    if (str_offsets_base == 0) str_offsets_base = table_header();
    if (rnglists_base == 0) rnglists_base = lists_header();
  }
}

bool Unit::read_root(const AbbrevTable* abbrevs) {
  abbrevs_ = abbrevs;
  sections->ready(DebugSection::info, root, std::min(end, root + 256));
  const auto die_at_root = die(root);
  if (!die_at_root) return false;
  tag = die_at_root->tag();
  read_bases(*die_at_root);
  RangeBuilder builder;
  attributes(*die_at_root, [&](const Attribute& a) {
    builder.see(*this, a);
    switch (a.name) {
      case DW_AT_stmt_list:
        line_offset = number(a);
        break;
      case DW_AT_name:
        name = text(a);
        break;
      case DW_AT_comp_dir:
        comp_dir = text(a);
        break;
      case DW_AT_language:
        language = number(a).value_or(0);
        break;
      case DW_AT_dwo_name:
      case DW_AT_GNU_dwo_name:
        dwo_name = text(a);
        break;
      case DW_AT_GNU_dwo_id:
        dwo_id = number(a);
        break;
      default:
        break;
    }
  });
  low_pc = builder.low;
  ranges = finish(builder);
  return true;
}

std::optional<Die> Unit::die(std::uint64_t offset) const {
  ByteReader in = reader(offset);
  const std::uint64_t code = in.uleb();
  const Abbrev* abbrev = code && !in.failed() ? abbrevs_->find(code) : nullptr;
  if (!abbrev || !sections->budget().work(1 + abbrev->count)) return std::nullopt;
  return Die{offset, in.offset(), abbrev};
}

std::uint64_t Unit::behind(const Die& die) const {
  if (die.abbrev->fixed >= 0) return die.attributes + static_cast<std::uint64_t>(die.abbrev->fixed);
  ByteReader at = reader(die.attributes);
  const AttributeSpec* specs = abbrevs_->specs(*die.abbrev);
  for (std::uint32_t i = 0; i < die.abbrev->count; ++i)
    if (!skip_form(at, specs[i].form, format)) return end;
  return at.failed() ? end : at.offset();
}

std::optional<std::uint64_t> Unit::number(const Attribute& a) const {
  if (a.form == DW_FORM_implicit_const) return static_cast<std::uint64_t>(a.implicit);
  if (a.form == DW_FORM_flag_present) return 1;
  ByteReader in = reader(a.at);
  switch (a.form) {
    case DW_FORM_udata:
    case DW_FORM_rnglistx:
    case DW_FORM_loclistx:
      return in.uleb();
    case DW_FORM_sdata:
      return static_cast<std::uint64_t>(in.sleb());
    case DW_FORM_data1:
    case DW_FORM_flag:
    case DW_FORM_data2:
    case DW_FORM_data4:
    case DW_FORM_data8:
    case DW_FORM_sec_offset:
      return in.u(static_cast<unsigned>(fixed_size(a.form, format)));
    default:
      return std::nullopt;
  }
}

std::optional<std::uint64_t> Unit::indexed_address(std::uint64_t index) const {
  if (!address_sections) return std::nullopt;
  const std::uint64_t at = addr_base + index * format.address_size;
  address_sections->ready(DebugSection::addr, at, at + format.address_size);
  ByteReader in = address_sections->reader(DebugSection::addr, at);
  const std::uint64_t value = in.u(format.address_size);
  if (in.failed()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> Unit::address(const Attribute& a) const {
  ByteReader in = reader(a.at);
  switch (a.form) {
    case DW_FORM_addr:
      return in.u(format.address_size);
    case DW_FORM_addrx:
    case DW_FORM_GNU_addr_index:
      return indexed_address(in.uleb());
    case DW_FORM_addrx1:
    case DW_FORM_addrx2:
    case DW_FORM_addrx3:
    case DW_FORM_addrx4:
      return indexed_address(in.u(static_cast<unsigned>(fixed_size(a.form, format))));
    default:
      return std::nullopt;
  }
}

std::string_view Unit::indexed_text(std::uint64_t index) const {
  const std::uint64_t at = str_offsets_base + index * format.offset_size;
  sections->ready(DebugSection::str_offsets, at, at + format.offset_size);
  return sections->text(DebugSection::str, sections->reader(DebugSection::str_offsets, at).u(format.offset_size));
}

std::string_view Unit::text(const Attribute& a) const {
  ByteReader in = reader(a.at);
  switch (a.form) {
    case DW_FORM_string:
      return in.text();
    case DW_FORM_strp:
      return sections->text(DebugSection::str, in.u(format.offset_size));
    case DW_FORM_line_strp:
      return sections->text(DebugSection::line_str, in.u(format.offset_size));
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_strp_alt:
      return alternate ? alternate->text(DebugSection::str, in.u(format.offset_size)) : std::string_view{};
    case DW_FORM_strx:
    case DW_FORM_GNU_str_index:
      return indexed_text(in.uleb());
    case DW_FORM_strx1:
    case DW_FORM_strx2:
    case DW_FORM_strx3:
    case DW_FORM_strx4:
      return indexed_text(in.u(static_cast<unsigned>(fixed_size(a.form, format))));
    default:
      return {};
  }
}

std::optional<DieReference> Unit::reference(const Attribute& a) const {
  ByteReader in = reader(a.at);
  switch (a.form) {
    case DW_FORM_ref1:
    case DW_FORM_ref2:
    case DW_FORM_ref4:
    case DW_FORM_ref8:
      return DieReference{begin + in.u(static_cast<unsigned>(fixed_size(a.form, format))), false};
    case DW_FORM_ref_udata:
      return DieReference{begin + in.uleb(), false};
    case DW_FORM_ref_addr:
      return DieReference{in.u(static_cast<unsigned>(fixed_size(a.form, format))), false};
    case DW_FORM_GNU_ref_alt:
    case DW_FORM_ref_sup4:
    case DW_FORM_ref_sup8:
      return DieReference{in.u(static_cast<unsigned>(fixed_size(a.form, format))), true};
    default:
      return std::nullopt;
  }
}

}  // namespace unoops::debuginfo
