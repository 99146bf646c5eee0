#include "debuginfo/joined_unit.hpp"

#include <dwarf.h>

#include <algorithm>

namespace unoops::debuginfo {
namespace {

void put(std::vector<std::uint8_t>& out, std::uint64_t value, unsigned bytes, bool big) {
  for (unsigned i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> 8 * (big ? bytes - 1 - i : i)));
}

void put_leb(std::vector<std::uint8_t>& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

Bytes from(Bytes bytes, std::uint64_t at) { return at < bytes.size() ? bytes.subspan(at) : Bytes{}; }

// Of what fills the root: compilers write 6 to 40 bytes of attributes that nobody asks libdw for.
constexpr std::uint64_t most_filler = 0xffff;

}  // namespace

// The header and the root that libdw sees, in the place of those that were there, for what refers to a DIE counts from the header on:
// with the skeleton's DW_AT_low_pc, from which location and range lists count. Before DWARF 5 the id tells libdw that the lists are of
// split DWARF's own form; in DWARF 5 they are as everywhere.
bool JoinedUnit::write_info(const Unit& split, std::uint64_t children, std::uint64_t code) {
  const bool old = split.format.version < 5;
  put(info_, split.end - split.begin - 4, 4, big_endian_);
  put(info_, split.format.version, 2, big_endian_);
  if (!old) put(info_, DW_UT_compile, 1, big_endian_);
  if (!old) put(info_, split.format.address_size, 1, big_endian_);
  put(info_, 0, 4, big_endian_);
  if (old) put(info_, split.format.address_size, 1, big_endian_);
  root_at_ = info_.size();
  put_leb(info_, code);
  put(info_, split.low_pc.value_or(0), split.format.address_size, big_endian_);
  if (old) info_.push_back(1);
  if (info_.size() > children || children - info_.size() > most_filler) return false;
  filler_ = children - info_.size();
  if (filler_ >= 2) put(info_, filler_ - 2, 2, big_endian_);
  info_.resize(children);
  const Bytes rest = split.sections->bytes(DebugSection::info).subspan(split.begin, split.end - split.begin);
  info_.insert(info_.end(), rest.begin() + static_cast<std::ptrdiff_t>(children), rest.end());
  return true;
}

void JoinedUnit::write_abbrevs(const Unit& split, std::uint64_t code) {
  const auto attribute = [&](std::uint64_t name, std::uint64_t form) {
    put_leb(abbrevs_, name);
    put_leb(abbrevs_, form);
  };
  put_leb(abbrevs_, code);
  put_leb(abbrevs_, DW_TAG_compile_unit);
  abbrevs_.push_back(DW_CHILDREN_yes);
  attribute(DW_AT_low_pc, DW_FORM_addr);
  if (split.format.version < 5) attribute(DW_AT_GNU_dwo_id, DW_FORM_data1);
  if (filler_ != 0) attribute(DW_AT_lo_user, filler_ == 1 ? DW_FORM_data1 : DW_FORM_block2);
  attribute(0, 0);
  const Bytes table = from(split.sections->bytes(DebugSection::abbrev), split.abbrev_offset);
  abbrevs_.insert(abbrevs_.end(), table.begin(),
                  table.begin() + static_cast<std::ptrdiff_t>(std::min(table.size(), split.abbrevs()->bytes())));
}

std::unique_ptr<JoinedUnit> JoinedUnit::make(const Unit& split, bool big_endian) {
  const auto die = split.die(split.root);
  if (!die || !die->abbrev->children || split.format.offset_size != 4 || split.refers_out() || !split.address_sections)
    return nullptr;
  auto out = std::make_unique<JoinedUnit>();
  out->big_endian_ = big_endian;
  const std::uint64_t code = split.abbrevs()->codes();
  if (!split.sections->budget().keep(split.end - split.begin + split.abbrevs()->bytes()) ||
      !out->write_info(split, split.behind(*die) - split.begin, code))
    return nullptr;
  out->write_abbrevs(split, code);
  const auto part = [&](DebugSection which, std::uint64_t at) { return from(split.sections->bytes(which), at); };
  DwarfSections& main = *split.address_sections;
  const bool old = split.format.version < 5;
  const std::uint64_t lists = split.rnglists_base - std::min(split.rnglists_base, split.lists_header());
  const std::uint64_t texts = split.str_offsets_base - std::min(split.str_offsets_base, old ? 0 : split.table_header());
  std::vector<SectionsFile::Section> sections = {
      {".debug_info", out->info_},
      {".debug_abbrev", out->abbrevs_},
      {".debug_str", part(DebugSection::str, 0)},
      {".debug_str_offsets", part(DebugSection::str_offsets, texts)},
      {".debug_addr", from(main.bytes(DebugSection::addr), split.addr_base)}};
  if (old) {
    sections.push_back({".debug_loc", part(DebugSection::loc, split.locations_at)});
    sections.push_back({".debug_ranges", from(main.bytes(DebugSection::ranges), split.ranges_base)});
  } else {
    sections.push_back({".debug_loclists", part(DebugSection::loclists, split.locations_at)});
    sections.push_back({".debug_rnglists", part(DebugSection::rnglists, lists)});
  }
  out->file_.emplace(sections, big_endian);
  return out;
}

std::optional<Dwarf_Die> JoinedUnit::root() const {
  Dwarf_Die die;
  if (!file_ || !file_->get() || !dwarf_offdie(file_->get(), root_at_, &die)) return std::nullopt;
  return die;
}

}  // namespace unoops::debuginfo
