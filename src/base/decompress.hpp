// gzip, bzip2, xz, zstd, lz4 and raw zlib: step by step for streams, at once for what fits into memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::base {

enum class Packing { none, gzip, bzip2, xz, zstd, lz4, zlib };

// By the magic bytes; never zlib, which has none.
Packing packing_of(std::string_view head);
// More bytes could make a magic number of `head`.
bool begins_like_packed(std::string_view head);

class Unpacker {
 public:
  // end: nothing more will come. too_large: whole, as far as one can see, but it wants more memory than it gets.
  enum class Step { more, end, damaged, too_large };

  virtual ~Unpacker() = default;
  // Takes from `in`, writes at most `room` bytes to `out` and says how many in `made`. `last`: `in` is the end of the
  // input.
  virtual Step step(std::string_view& in, bool last, char* out, std::size_t room, std::size_t& made) = 0;
  virtual bool at_boundary() const = 0;  // the data may end here
  virtual const char* format() const = 0;
};

// Members that follow one another are one text, as gzip(1), xz(1) and the others read them. Memory is bounded
// whatever the data claims. Null for Packing::none.
std::unique_ptr<Unpacker> make_unpacker(Packing);

// nullopt: damaged, cut, or larger than `limit` or than what so many bytes may hold (32 times as much, and 64 MiB). `size_hint`: the
// size that a header promises, 0 unknown.
std::optional<std::vector<std::uint8_t>> unpack(Packing, std::span<const std::uint8_t>, std::size_t size_hint = 0,
                                                std::size_t limit = SIZE_MAX);

}  // namespace unoops::base
