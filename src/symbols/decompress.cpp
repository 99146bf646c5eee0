#include "symbols/decompress.hpp"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>

namespace unoops::symbols {

namespace {

using Buffer = std::vector<std::uint8_t>;
using Input = std::span<const std::uint8_t>;

// Bounds what a small file may unpack to: the largest vmlinux of a distribution is below 2 GiB.
constexpr std::size_t most = std::size_t{4} << 30;

bool grow(Buffer& out, std::size_t used, std::size_t hint) {
  if (used < out.size()) return true;
  if (used >= most) return false;
  out.resize(std::min(most, std::max({hint, out.size() * 2, std::size_t{1} << 20})));
  return true;
}

std::optional<Buffer> unpack_zlib(Input in, int window_bits, std::size_t hint) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits) != Z_OK) return std::nullopt;
  Buffer out;
  std::size_t used = 0;
  int status = Z_OK;
  std::size_t taken = 0;
  while (status == Z_OK && grow(out, used, hint)) {
    stream.next_in = const_cast<Bytef*>(in.data() + taken);
    stream.avail_in = static_cast<uInt>(std::min<std::size_t>(in.size() - taken, 1u << 30));
    stream.next_out = out.data() + used;
    stream.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size() - used, 1u << 30));
    const auto in_before = stream.avail_in, out_before = stream.avail_out;
    status = inflate(&stream, Z_NO_FLUSH);
    taken += in_before - stream.avail_in;
    used += out_before - stream.avail_out;
    if (status == Z_BUF_ERROR && used == out.size()) status = Z_OK;
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END) return std::nullopt;
  out.resize(used);
  return out;
}

std::optional<Buffer> unpack_xz(Input in, std::size_t hint) {
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, UINT64_MAX, LZMA_CONCATENATED) != LZMA_OK) return std::nullopt;
  Buffer out;
  std::size_t used = 0;
  stream.next_in = in.data();
  stream.avail_in = in.size();
  lzma_ret status = LZMA_OK;
  while (status == LZMA_OK && grow(out, used, hint)) {
    stream.next_out = out.data() + used;
    stream.avail_out = out.size() - used;
    status = lzma_code(&stream, LZMA_FINISH);
    used = out.size() - stream.avail_out;
    if (status == LZMA_BUF_ERROR && used == out.size()) status = LZMA_OK;
  }
  lzma_end(&stream);
  if (status != LZMA_STREAM_END) return std::nullopt;
  out.resize(used);
  return out;
}

std::optional<Buffer> unpack_zstd(Input in, std::size_t hint) {
  ZSTD_DStream* stream = ZSTD_createDStream();
  if (!stream) return std::nullopt;
  Buffer out;
  std::size_t used = 0;
  ZSTD_inBuffer source{in.data(), in.size(), 0};
  bool good = true, done = false;
  while (good && !done && grow(out, used, hint)) {
    ZSTD_outBuffer target{out.data(), out.size(), used};
    const std::size_t status = ZSTD_decompressStream(stream, &target, &source);
    done = status == 0 && source.pos == source.size;
    good = !ZSTD_isError(status) && (target.pos > used || done || source.pos < source.size);
    used = target.pos;
  }
  ZSTD_freeDStream(stream);
  if (!done) return std::nullopt;
  out.resize(used);
  return out;
}

}  // namespace

Packing packing_of(Input head) {
  const auto starts = [&](std::initializer_list<int> magic) {
    return head.size() >= magic.size() && std::equal(magic.begin(), magic.end(), head.begin());
  };
  if (starts({0x1f, 0x8b})) return Packing::gzip;
  if (starts({0xfd, '7', 'z', 'X', 'Z', 0})) return Packing::xz;
  if (starts({0x28, 0xb5, 0x2f, 0xfd})) return Packing::zstd;
  return Packing::none;
}

std::optional<Buffer> unpack(Packing packing, Input in, std::size_t size_hint) {
  switch (packing) {
    case Packing::gzip:
      return unpack_zlib(in, 16 + MAX_WBITS, size_hint);
    case Packing::zlib:
      return unpack_zlib(in, MAX_WBITS, size_hint);
    case Packing::xz:
      return unpack_xz(in, size_hint);
    case Packing::zstd:
      return unpack_zstd(in, size_hint);
    case Packing::none:
      break;
  }
  return Buffer(in.begin(), in.end());
}

}  // namespace unoops::symbols
