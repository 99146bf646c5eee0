#include "facts/gfp.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <span>

namespace unoops::facts {
namespace {

struct Flag {
  std::uint32_t bits;
  std::string_view name;
};
// Those that callers write come first, the largest before those within it.
// v4.4 include/linux/gfp.h
constexpr auto since_4_4 = std::to_array<Flag>({
    {0x24200ca, "GFP_HIGHUSER_MOVABLE"},
    {0x24200c2, "GFP_HIGHUSER"},
    {0x24200c0, "GFP_USER"},
    {0x24000c0, "GFP_KERNEL"},
    {0x2400040, "GFP_NOFS"},
    {0x2400000, "GFP_NOIO"},
    {0x2080020, "GFP_ATOMIC"},
    {0x2000000, "GFP_NOWAIT"},
    {0x1, "__GFP_DMA"},
    {0x2, "__GFP_HIGHMEM"},
    {0x4, "GFP_DMA32"},
    {0x8, "__GFP_MOVABLE"},
    {0x10, "__GFP_RECLAIMABLE"},
    {0x20, "__GFP_HIGH"},
    {0x40, "__GFP_IO"},
    {0x80, "__GFP_FS"},
    {0x100, "__GFP_COLD"},
    {0x200, "__GFP_NOWARN"},
    {0x400, "__GFP_REPEAT"},
    {0x800, "__GFP_NOFAIL"},
    {0x1000, "__GFP_NORETRY"},
    {0x2000, "__GFP_MEMALLOC"},
    {0x4000, "__GFP_COMP"},
    {0x8000, "__GFP_ZERO"},
    {0x10000, "__GFP_NOMEMALLOC"},
    {0x20000, "__GFP_HARDWALL"},
    {0x40000, "__GFP_THISNODE"},
    {0x80000, "__GFP_ATOMIC"},
    {0x100000, "__GFP_ACCOUNT"},
    {0x200000, "__GFP_NOTRACK"},
    {0x400000, "__GFP_DIRECT_RECLAIM"},
    {0x1000000, "__GFP_WRITE"},
});
// v3.2 to v4.3 include/linux/gfp.h
constexpr auto to_4_3 = std::to_array<Flag>({
    {0x200da, "GFP_HIGHUSER_MOVABLE"},
    {0x200d2, "GFP_HIGHUSER"},
    {0x200d0, "GFP_USER"},
    {0xd0, "GFP_KERNEL"},
    {0x50, "GFP_NOFS"},
    {0x10, "GFP_NOIO"},
    {0x20, "GFP_ATOMIC"},
    {0x1, "__GFP_DMA"},
    {0x2, "__GFP_HIGHMEM"},
    {0x4, "GFP_DMA32"},
    {0x8, "__GFP_MOVABLE"},
    {0x40, "__GFP_IO"},
    {0x80, "__GFP_FS"},
    {0x100, "__GFP_COLD"},
    {0x200, "__GFP_NOWARN"},
    {0x400, "__GFP_REPEAT"},
    {0x800, "__GFP_NOFAIL"},
    {0x1000, "__GFP_NORETRY"},
    {0x2000, "__GFP_MEMALLOC"},
    {0x4000, "__GFP_COMP"},
    {0x8000, "__GFP_ZERO"},
    {0x10000, "__GFP_NOMEMALLOC"},
    {0x20000, "__GFP_HARDWALL"},
    {0x40000, "__GFP_THISNODE"},
    {0x80000, "__GFP_RECLAIMABLE"},
    {0x200000, "__GFP_NOTRACK"},
    {0x1000000, "__GFP_WRITE"},
});

// "4.4.0-210-generic" → 404; 0: not told
unsigned version_of(std::string_view release) {
  unsigned major = 0, minor = 0;
  const auto* end = release.data() + release.size();
  const auto [dot, bad] = std::from_chars(release.data(), end, major);
  if (bad != std::errc() || dot == end || *dot != '.') return 0;
  if (std::from_chars(dot + 1, end, minor).ec != std::errc()) return 0;
  return major * 100 + std::min(minor, 99u);
}

std::string names_of(std::uint32_t bits, std::span<const Flag> flags) {
  std::string out;
  for (const auto& flag : flags) {
    if ((bits & flag.bits) != flag.bits) continue;
    bits &= ~flag.bits;
    out += (out.empty() ? "" : "|") + std::string(flag.name);
  }
  return out;
}

}  // namespace

std::string gfp_names(std::string_view mask, std::string_view release) {
  const auto open = mask.find('(');
  if (open != std::string_view::npos && mask.ends_with(')'))
    return std::string(mask.substr(open + 1, mask.size() - open - 2));
  const auto version = version_of(release);
  std::uint32_t bits = 0;
  if (!mask.starts_with("0x") || version < 302 || version > 405) return std::string(mask);
  if (std::from_chars(mask.data() + 2, mask.data() + mask.size(), bits, 16).ec != std::errc()) return std::string(mask);
  const auto names = version >= 404 ? names_of(bits, since_4_4) : names_of(bits, to_4_3);
  return names.empty() ? std::string(mask) : names;
}

}  // namespace unoops::facts
