#include "debuginfo/dwarf_abbrev.hpp"

#include <dwarf.h>

namespace unoops::debuginfo {

namespace {

// More than any compiler numbers; a damaged file must not make us allocate.
constexpr std::uint64_t most_codes = 1u << 17;

bool leads_out(std::uint16_t form) {
  switch (form) {
    case DW_FORM_ref_addr:
    case DW_FORM_ref_sig8:
    case DW_FORM_ref_sup4:
    case DW_FORM_ref_sup8:
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_ref_alt:
    case DW_FORM_GNU_strp_alt:
    case DW_FORM_indirect:
      return true;
    default:
      return false;
  }
}

}  // namespace

int fixed_size(std::uint16_t form, UnitFormat format) {
  switch (form) {
    case DW_FORM_flag_present:
    case DW_FORM_implicit_const:
      return 0;
    case DW_FORM_data1:
    case DW_FORM_ref1:
    case DW_FORM_flag:
    case DW_FORM_strx1:
    case DW_FORM_addrx1:
      return 1;
    case DW_FORM_data2:
    case DW_FORM_ref2:
    case DW_FORM_strx2:
    case DW_FORM_addrx2:
      return 2;
    case DW_FORM_strx3:
    case DW_FORM_addrx3:
      return 3;
    case DW_FORM_data4:
    case DW_FORM_ref4:
    case DW_FORM_ref_sup4:
    case DW_FORM_strx4:
    case DW_FORM_addrx4:
      return 4;
    case DW_FORM_data8:
    case DW_FORM_ref8:
    case DW_FORM_ref_sig8:
    case DW_FORM_ref_sup8:
      return 8;
    case DW_FORM_data16:
      return 16;
    case DW_FORM_addr:
      return format.address_size;
    case DW_FORM_ref_addr:
      return format.version <= 2 ? format.address_size : format.offset_size;
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_strp_sup:
    case DW_FORM_sec_offset:
    case DW_FORM_GNU_ref_alt:
    case DW_FORM_GNU_strp_alt:
      return format.offset_size;
    default:
      return -1;
  }
}

bool skip_form(ByteReader& reader, std::uint16_t form, UnitFormat format) {
  if (const int size = fixed_size(form, format); size >= 0) return reader.skip(static_cast<std::uint64_t>(size)), true;
  switch (form) {
    case DW_FORM_udata:
    case DW_FORM_sdata:
    case DW_FORM_ref_udata:
    case DW_FORM_strx:
    case DW_FORM_addrx:
    case DW_FORM_loclistx:
    case DW_FORM_rnglistx:
    case DW_FORM_GNU_str_index:
    case DW_FORM_GNU_addr_index:
      reader.uleb();
      return true;
    case DW_FORM_string:
      reader.text();
      return true;
    case DW_FORM_exprloc:
    case DW_FORM_block:
      reader.skip(reader.uleb());
      return true;
    case DW_FORM_block1:
      reader.skip(reader.u8());
      return true;
    case DW_FORM_block2:
      reader.skip(reader.u16());
      return true;
    case DW_FORM_block4:
      reader.skip(reader.u32());
      return true;
    case DW_FORM_indirect: {
      const auto real = static_cast<std::uint16_t>(reader.uleb());
      return real != DW_FORM_indirect && real != DW_FORM_implicit_const && skip_form(reader, real, format);
    }
    default:
      return false;
  }
}

AbbrevTable::AbbrevTable(ByteReader reader, UnitFormat format, Budget& budget) {
  const std::uint64_t begin = reader.offset();
  while (!reader.failed() && !budget.spent()) {
    const std::uint64_t code = reader.uleb();
    if (code == 0 || code >= most_codes) break;
    Abbrev row;
    row.tag = static_cast<std::uint16_t>(reader.uleb());
    row.children = reader.u8() != 0;
    row.first = static_cast<std::uint32_t>(specs_.size());
    while (!reader.failed()) {
      AttributeSpec spec;
      spec.name = static_cast<std::uint16_t>(reader.uleb());
      spec.form = static_cast<std::uint16_t>(reader.uleb());
      if (spec.form == DW_FORM_implicit_const) spec.implicit = reader.sleb();
      if (spec.name == 0 && spec.form == 0) break;
      refers_out_ |= leads_out(spec.form);
      if (!budget.keep(sizeof spec)) break;
      specs_.push_back(spec);
    }
    row.count = static_cast<std::uint32_t>(specs_.size()) - row.first;
    finish(row, format);
    if (code >= rows_.size()) {
      const std::size_t size = std::max<std::size_t>(code + 1, rows_.size() + rows_.size() / 2);
      if (!budget.keep((size - rows_.size()) * sizeof row)) break;
      rows_.resize(size);
    }
    rows_[code] = row;
  }
  bytes_ = reader.offset() - begin;
  budget.work(bytes_);
}

void AbbrevTable::finish(Abbrev& row, UnitFormat format) const {
  constexpr std::int32_t most = 1 << 30;
  std::int32_t at = 0;
  for (std::uint32_t i = 0; i < row.count; ++i) {
    const AttributeSpec& spec = specs_[row.first + i];
    if (spec.name == DW_AT_sibling && spec.form == DW_FORM_ref4) row.sibling_at = at;
    const int size = fixed_size(spec.form, format);
    if (size < 0 || at > most) return;
    at += size;
  }
  row.fixed = at;
}

}  // namespace unoops::debuginfo
