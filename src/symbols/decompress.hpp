// Whole files and sections out of .gz, .xz, .zst and raw zlib.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace unoops::symbols {

enum class Packing { none, gzip, xz, zstd, zlib };

Packing packing_of(std::span<const std::uint8_t> head);  // by its magic; never zlib, which has none

// nullopt: damaged. `size_hint`: the size that a header promises, 0 unknown.
std::optional<std::vector<std::uint8_t>> unpack(Packing, std::span<const std::uint8_t>, std::size_t size_hint = 0);

}  // namespace unoops::symbols
