#include "memory/target_memory.hpp"

#include <algorithm>
#include <bit>

namespace unoops::memory {
namespace {

constexpr unsigned entry_shift = 3;  // a table's entries have eight bytes

// PAGESIZE is there since 2.6.24.
unsigned page_shift_of(const VmcoreInfo& info) {
  const auto size = info.decimal("PAGESIZE").value_or(0);
  const bool known = std::has_single_bit(size) && size >= 4096 && size <= 65536;
  return known ? static_cast<unsigned>(std::countr_zero(size)) : 12;
}

}  // namespace

TargetMemory::TargetMemory(CoreFile& core)
    : core_(core), tables_(*core.arch->page_tables), page_shift_(page_shift_of(core.info)) {
  const auto& kernel = core.info;
  image_offset_ = kernel.number(tables_.image.offset);
  if (!image_offset_ && !tables_.image.subtract) image_offset_ = core.phys_base;
  if (const auto top = kernel.symbol("swapper_pg_dir")) root_ = of_image(*top);
  if (const auto mask = kernel.number(tables_.cipher_mask)) cipher_ = *mask;
  const auto per_level = page_shift_ - entry_shift;
  levels_ = tables_.levels;
  if (kernel.number(tables_.one_more_level) == 1) ++levels_;
  auto bits = page_shift_ + levels_ * per_level;
  if (const auto told = kernel.number(tables_.address_bits); told && *told > page_shift_ && *told < 64) {
    bits = static_cast<unsigned>(*told);
    levels_ = (bits - page_shift_ + per_level - 1) / per_level;
  }
  if (levels_ != 0) top_mask_ = (std::uint64_t{1} << (bits - page_shift_ - (levels_ - 1) * per_level)) - 1;
}

std::optional<std::uint64_t> TargetMemory::of_image(std::uint64_t address) const {
  if (!image_offset_) return std::nullopt;
  const auto distance = address - tables_.image.base;
  return tables_.image.subtract ? distance - *image_offset_ : distance + *image_offset_;
}

std::optional<std::uint64_t> TargetMemory::walk(std::optional<std::uint64_t> top_table, std::uint64_t address,
                                                Got& got) {
  got = Got::outside;
  if (!top_table || levels_ == 0) return std::nullopt;
  const auto per_level = page_shift_ - entry_shift;
  auto table = *top_table;
  for (unsigned level = levels_; level-- > 0;) {
    const auto shift = page_shift_ + level * per_level;
    const auto mask = level + 1 == levels_ ? top_mask_ : (std::uint64_t{1} << per_level) - 1;
    std::byte bytes[1 << entry_shift];
    got = core_.read(table + ((address >> shift & mask) << entry_shift), bytes);
    if (got != Got::yes) return std::nullopt;
    const auto entry = little64(bytes, 0) & ~cipher_;
    got = Got::outside;
    if ((entry & tables_.present) != tables_.present) return std::nullopt;
    const bool large = level != 0 && (entry & tables_.large_mask) == tables_.large;
    const auto inside = (std::uint64_t{1} << (large || level == 0 ? shift : page_shift_)) - 1;
    table = entry & tables_.address & ~inside;
    if (!large && level != 0) continue;
    got = Got::yes;
    return table | (address & inside);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> TargetMemory::physical(std::uint64_t address, Got* got) {
  Got ignored{};
  Got& answer = got ? *got : ignored;
  if (address >= tables_.image.first && address <= tables_.image.last) {
    const auto out = of_image(address);
    answer = out ? Got::yes : Got::outside;
    return out;
  }
  return walk(root_, address, answer);
}

TargetMemory::Window& TargetMemory::window_at(std::uint64_t address) {
  const auto size = std::uint64_t{1} << page_shift_;
  const auto begin = address & ~(size - 1);
  Window& window = windows_[(begin >> page_shift_) % windows_.size()];
  if (window.begin == begin) return window;
  window.begin = begin;
  window.bytes.resize(size);
  if (const auto at = physical(begin, &window.got)) window.got = core_.read(*at, window.bytes);
  met_damage_ = met_damage_ || window.got == Got::damaged;
  return window;
}

Got TargetMemory::read_of_program(std::uint64_t top_table, std::uint64_t address, std::span<std::byte> out) {
  Got got{};
  const auto at = walk(top_table, address, got);
  return at ? core_.read(*at, out) : got;
}

Got TargetMemory::read(std::uint64_t address, std::span<std::byte> out) {
  const auto size = std::uint64_t{1} << page_shift_;
  while (!out.empty()) {
    const Window& window = window_at(address);
    if (window.got != Got::yes) return window.got;
    const auto at = address & (size - 1);
    const auto part = out.first(std::min<std::uint64_t>(out.size(), size - at));
    std::copy_n(window.bytes.begin() + static_cast<std::ptrdiff_t>(at), part.size(), part.begin());
    address += part.size();
    out = out.subspan(part.size());
  }
  return Got::yes;
}

std::optional<std::uint64_t> TargetMemory::number(std::uint64_t address, unsigned bytes) {
  std::array<std::byte, 8> room{};
  const auto part = std::span(room).first(std::min<std::size_t>(bytes, room.size()));
  if (read(address, part) != Got::yes) return std::nullopt;
  return little64(room, 0);
}

}  // namespace unoops::memory
