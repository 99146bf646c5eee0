// Numbers in bytes whose order is known: that of x86-64 and arm64, and of network headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::base {

// `bytes` bytes at `at`; what lies past the end counts as zeros.
inline std::uint64_t little(std::span<const std::byte> from, std::size_t at, unsigned bytes) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes && at < from.size() && i < from.size() - at; ++i)
    value |= std::to_integer<std::uint64_t>(from[at + i]) << 8 * i;
  return value;
}
inline std::uint64_t little(std::span<const std::uint8_t> from) { return little(std::as_bytes(from), 0, 8); }
inline std::uint16_t little16(std::span<const std::byte> from, std::size_t at) {
  return static_cast<std::uint16_t>(little(from, at, 2));
}
inline std::uint32_t little32(std::span<const std::byte> from, std::size_t at) {
  return static_cast<std::uint32_t>(little(from, at, 4));
}
inline std::uint64_t little64(std::span<const std::byte> from, std::size_t at) { return little(from, at, 8); }

inline std::uint64_t big64(std::span<const std::byte> from, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = at; i < from.size() && i - at < 8; ++i)
    value = value << 8 | std::to_integer<std::uint64_t>(from[i]);
  return value;
}

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace unoops::base
