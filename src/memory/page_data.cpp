#include "memory/page_data.hpp"

#include <lzo/lzo1x.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>

namespace unoops::memory {
namespace {

using Packed = std::span<const std::byte>;
using Page = std::span<std::byte>;

bool from_zlib(Packed in, Page out) {
  uLongf size = out.size();
  const auto* bytes = reinterpret_cast<const Bytef*>(in.data());
  return uncompress(reinterpret_cast<Bytef*>(out.data()), &size, bytes, in.size()) == Z_OK && size == out.size();
}

bool from_lzo(Packed in, Page out) {
  lzo_uint size = out.size();
  const auto* bytes = reinterpret_cast<const unsigned char*>(in.data());
  auto* page = reinterpret_cast<unsigned char*>(out.data());
  return lzo1x_decompress_safe(bytes, in.size(), page, &size, nullptr) == LZO_E_OK && size == out.size();
}

bool from_snappy(Packed in, Page out) {
  std::size_t size = 0;
  const auto* bytes = reinterpret_cast<const char*>(in.data());
  if (snappy_uncompressed_length(bytes, in.size(), &size) != SNAPPY_OK || size != out.size()) return false;
  return snappy_uncompress(bytes, in.size(), reinterpret_cast<char*>(out.data()), &size) == SNAPPY_OK;
}

bool from_zstd(Packed in, Page out) {
  return ZSTD_decompress(out.data(), out.size(), in.data(), in.size()) == out.size();
}

bool raw(Packed in, Page out) {
  if (in.size() != out.size()) return false;
  std::ranges::copy(in, out.begin());
  return true;
}

struct Codec {
  std::uint32_t flag;
  bool (*unpack)(Packed, Page);
};
constexpr auto codecs =
    std::to_array<Codec>({{0x1, from_zlib}, {0x2, from_lzo}, {0x4, from_snappy}, {0x20, from_zstd}});
constexpr std::uint32_t packings = 0x27;

}  // namespace

bool unpack_page(std::uint32_t flags, std::span<const std::byte> packed, std::span<std::byte> page) {
  if ((flags & packings) == 0) return raw(packed, page);
  const auto codec = std::ranges::find(codecs, flags & packings, &Codec::flag);
  return codec != codecs.end() && codec->unpack(packed, page);
}

}  // namespace unoops::memory
