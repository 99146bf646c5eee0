#include "debuginfo/orc.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.hpp"

namespace unoops::debuginfo {
namespace {

constexpr std::size_t place_bytes = 4, most_entry_bytes = 8;

std::int64_t extended(std::uint64_t value, unsigned bits) {
  const auto shift = 64 - bits;
  return bits == 0 ? 0 : static_cast<std::int64_t>(value << shift) >> shift;
}

OrcTable::Section section_of(std::span<const std::uint8_t> bytes) {
  return [bytes](std::uint64_t at, std::span<std::uint8_t> out) {
    if (at > bytes.size() || out.size() > bytes.size() - at) return false;
    std::ranges::copy(bytes.subspan(at, out.size()), out.begin());
    return true;
  };
}

}  // namespace

std::optional<OrcLayout> OrcLayout::of(Types& types, Type orc_entry) {
  OrcLayout out;
  out.bytes_ = size_of(peel(orc_entry));
  if (out.bytes_ == 0 || out.bytes_ > most_entry_bytes) return std::nullopt;
  const auto field = [&](std::string_view name) {
    const auto at = types.member(orc_entry, name);
    if (!at || at->offset + at->size > out.bytes_) return Field{};
    const auto bits = at->bit_size != 0 ? at->bit_size : static_cast<unsigned>(at->size * 8);
    return Field{static_cast<unsigned>(at->offset * 8) + at->bit_offset, std::min(bits, 63U)};
  };
  out.sp_offset_ = field("sp_offset");
  out.bp_offset_ = field("bp_offset");
  out.sp_reg_ = field("sp_reg");
  out.bp_reg_ = field("bp_reg");
  out.type_ = field("type");
  out.signal_ = field("signal");
  out.end_ = field("end");
  for (const Field& needed : {out.sp_offset_, out.bp_offset_, out.sp_reg_, out.bp_reg_, out.type_})
    if (needed.bits == 0) return std::nullopt;
  return out;
}

// v6.1 include/linux/objtool.h UNWIND_HINT_TYPE_*; since v6.4 asm/orc_types.h ORC_TYPE_*, which need a bit more.
OrcEntry::Kind OrcLayout::kind(std::uint64_t word) const {
  using enum OrcEntry::Kind;
  static constexpr OrcEntry::Kind since_6_4[] = {undefined, end, call, regs, iret};
  static constexpr OrcEntry::Kind before[] = {call, regs, iret};
  const auto type = type_.of(word);
  if (type_.bits > 2) return type < std::size(since_6_4) ? since_6_4[type] : undefined;
  // v6.1 arch/x86/kernel/unwind_orc.c unwind_next_frame
  if (static_cast<OrcReg>(sp_reg_.of(word)) == OrcReg::undefined) return end_.of(word) != 0 ? end : undefined;
  return type < std::size(before) ? before[type] : undefined;
}

OrcEntry OrcLayout::read(std::span<const std::uint8_t> entry) const {
  const auto word = little(entry);
  OrcEntry out;
  out.sp_offset = extended(sp_offset_.of(word), sp_offset_.bits);
  out.bp_offset = extended(bp_offset_.of(word), bp_offset_.bits);
  out.sp = static_cast<OrcReg>(sp_reg_.of(word));
  out.bp = static_cast<OrcReg>(bp_reg_.of(word));
  out.kind = kind(word);
  out.signal =
      signal_.bits != 0 ? signal_.of(word) != 0 : out.kind == OrcEntry::Kind::regs || out.kind == OrcEntry::Kind::iret;
  return out;
}

OrcTable::OrcTable(Section places, std::uint64_t places_at, Section entries, std::uint64_t count,
                   const OrcLayout& layout)
    : places_(std::move(places)), entries_(std::move(entries)), places_at_(places_at), count_(count), layout_(layout) {}

OrcTable::OrcTable(std::span<const std::uint8_t> places, std::uint64_t places_at, std::span<const std::uint8_t> entries,
                   const OrcLayout& layout)
    : OrcTable(section_of(places), places_at, section_of(entries),
               std::min(places.size() / place_bytes, entries.size() / layout.bytes()), layout) {}

std::optional<std::uint64_t> OrcTable::place(std::uint64_t index) const {
  std::array<std::uint8_t, place_bytes> bytes{};
  const auto at = index * place_bytes;
  if (!places_(at, bytes)) return std::nullopt;
  return places_at_ + at + static_cast<std::uint64_t>(extended(little(bytes), 8 * place_bytes));
}

std::optional<OrcEntry> OrcTable::find(std::uint64_t address) const {
  std::uint64_t low = 0, high = count_;  // the first place behind the address
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    const auto at = place(middle);
    if (!at) return std::nullopt;
    if (*at <= address)
      low = middle + 1;
    else
      high = middle;
  }
  std::array<std::uint8_t, most_entry_bytes> bytes{};
  const auto entry = std::span(bytes).first(layout_.bytes());
  if (low == 0 || !entries_((low - 1) * layout_.bytes(), entry)) return std::nullopt;
  return layout_.read(entry);
}

}  // namespace unoops::debuginfo
