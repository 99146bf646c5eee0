#include "kinds/kasan_memory.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "grammar/scanner.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

constexpr std::uint64_t granule = 8;
constexpr std::size_t row_size = 16;

constexpr bool is_usable(std::uint8_t shadow) { return shadow < granule; }
// KASAN_SLAB_FREE, and with the trace of who freed it (v5.8) or its metadata (v6.6) in place of the object's first 8
// bytes
constexpr bool is_freed(std::uint8_t shadow) { return shadow == 0xfb || shadow == 0xfa; }

bool is_by_tags(const Report& r) { return !r.fact(fact::pointer_tag).empty(); }

}  // namespace

// ">ffff88806acbf280: 00 00 00 00 00 00 00 03 fc fc fc fc fc fc fc fc"; in v4.x the byte itself may be in brackets
ShadowRows::ShadowRows(const Report& r) {
  if (is_by_tags(r)) return;  // tags are no counts
  for (const auto& message : r.messages) {
    Scanner s(trim(message));
    s.lit(">");
    Row row;
    if (!s.hex(row.start) || !s.lit(": ")) continue;
    for (unsigned byte = 0; row.bytes.size() < row_size; row.bytes.push_back(static_cast<std::uint8_t>(byte))) {
      s.blanks().lit("[");
      if (!s.hex_n(2, byte)) break;
      s.lit("]");
    }
    if (s.at_end() && row.bytes.size() == row_size) rows_.push_back(std::move(row));
  }
}

std::optional<std::uint8_t> ShadowRows::at(std::uint64_t address) const {
  for (const auto& row : rows_)
    if (address >= row.start && (address - row.start) / granule < row.bytes.size())
      return row.bytes[(address - row.start) / granule];
  return std::nullopt;
}

std::optional<std::uint64_t> ShadowRows::end_before(std::uint64_t address, std::uint64_t start) const {
  for (auto here = address - address % granule; here >= start && here >= granule; here -= granule) {
    const auto byte = at(here);
    if (!byte) return std::nullopt;
    if (is_usable(*byte)) return here + (*byte == 0 ? granule : *byte);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> ShadowRows::usable_from(std::uint64_t start) const {
  for (auto here = start;; here += granule) {
    const auto byte = at(here);
    if (!byte) return std::nullopt;
    if (*byte != 0) return here - start + (is_usable(*byte) ? *byte : 0);
  }
}

bool ShadowRows::is_redzone(std::uint64_t first, std::uint64_t last) const {
  constexpr std::uint8_t global = 0xf9;
  first += (granule - first % granule) % granule;
  for (auto here = first; here <= last; here += granule)
    if (at(here) != global) return false;
  return true;
}

// An object that is in use has no freed byte, and one that was freed has no usable one.
ObjectState object_state(const Report& r) {
  const auto start = number_of(r, fact::object_address), size = number_of(r, fact::object_size);
  if (start && size) {
    const ShadowRows rows(r);
    for (auto here = *start; here - *start < *size; here += granule)
      if (const auto byte = rows.at(here); byte && (is_usable(*byte) || is_freed(*byte)))
        return is_usable(*byte) ? ObjectState::live : ObjectState::freed;
  }
  const auto state = r.fact(fact::region_state);  // since v6.4
  return state == "allocated" ? ObjectState::live : state == "freed" ? ObjectState::freed : ObjectState::unknown;
}

// The redzone behind an object begins right behind what was asked for (v6.1 mm/kasan/common.c ____kasan_kmalloc).
std::optional<Requested> requested(const Report& r) {
  const auto start = number_of(r, fact::object_address), size = number_of(r, fact::object_size);
  if (!start || !size || !r.fault.address || *r.fault.address < *start || object_state(r) != ObjectState::live)
    return std::nullopt;
  const auto inside = std::min(*r.fault.address + r.fault.size.value_or(1), *start + *size);
  if (inside <= *start) return std::nullopt;
  const auto end = ShadowRows(r).end_before(inside - 1, *start);
  if (!end || *end <= *start || *end - *start >= *size) return std::nullopt;
  return Requested{*start, *end - *start};
}

std::optional<std::uint64_t> number_of(const Report& r, FactName name) {
  Scanner s(r.fact(name));
  std::uint64_t value = 0;
  const bool address = name.id == fact::object_address.id;
  if (address ? !(s.hex0x(value) || s.hex(value)) : !s.dec(value)) return std::nullopt;
  return value;
}

std::string bytes_of(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " byte" : " bytes"); }

}  // namespace unoops::kinds
