// Bytes of a file, decompressed on the way. Bounded: 64 KiB at a time, whatever the file claims.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/decompress.hpp"
#include "base/rooms.hpp"
#include "unoops/error.hpp"

namespace unoops::input {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  virtual Expected<std::string_view> read() = 0;  // empty: the end
};

// Owns and closes the descriptor. Finds gzip, xz and zstd by their magic bytes, pstore's records
// by the ending of `name`, which else is for messages. Counts in `taken` what it reads of the descriptor.
std::unique_ptr<ByteStream> open_stream(int fd, const std::string& name, std::uint64_t& taken);

// What `inner` holds, unpacked.
std::unique_ptr<ByteStream> unpacked(Packing, std::unique_ptr<ByteStream> inner, std::string name);

}  // namespace unoops::input
