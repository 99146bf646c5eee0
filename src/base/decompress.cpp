#include "base/decompress.hpp"

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>

namespace unoops::base {

namespace {

// xz -9 needs 65 MiB; data that claims more is refused. zstd's own default bound (a window of 128 MiB) is kept.
constexpr std::uint64_t xz_memory = 100 * 1024 * 1024;
// What unpack() makes at most: the largest vmlinux of a distribution is below 2 GiB. And of so many bytes: xz -9 makes a vmlinux or a
// module 8 times smaller, and a few tables of zeros in a small one weigh little.
constexpr std::size_t most = std::size_t{4} << 30, most_times = 32, small_file = std::size_t{64} << 20;
constexpr int zlib_window = 15, gzip_window = 15 + 16;
// zlib counts in 32 bits.
constexpr std::size_t zlib_most = std::size_t{1} << 30;

struct Magic {
  Packing packing;
  std::string_view bytes;
};
constexpr std::array<Magic, 5> magics = {{
    {Packing::gzip, "\x1f\x8b"},
    {Packing::bzip2, "BZh"},
    {Packing::lz4, "\x04\x22\x4d\x18"},
    {Packing::xz, {"\xfd\x37\x7a\x58\x5a\x00", 6}},
    {Packing::zstd, "\x28\xb5\x2f\xfd"},
}};

class Inflate final : public Unpacker {
 public:
  explicit Inflate(bool gzip) : gzip_(gzip) { begun_ = inflateInit2(&z_, gzip ? gzip_window : zlib_window) == Z_OK; }
  ~Inflate() override { inflateEnd(&z_); }
  Inflate(const Inflate&) = delete;
  Inflate& operator=(const Inflate&) = delete;

  Step step(std::string_view& in, bool, char* out, std::size_t room, std::size_t& made) override {
    if (!begun_) return Step::damaged;
    if (between_ && !in.empty()) {
      if (!gzip_ || in.front() != '\x1f') return Step::end;  // padding behind the last member, as gzip(1) ignores it
      inflateReset(&z_);
      between_ = false;
    }
    const auto had = static_cast<uInt>(std::min(in.size(), zlib_most)),
               space = static_cast<uInt>(std::min(room, zlib_most));
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    z_.avail_in = had;
    z_.next_out = reinterpret_cast<Bytef*>(out);
    z_.avail_out = space;
    const int status = inflate(&z_, Z_NO_FLUSH);
    in.remove_prefix(had - z_.avail_in);
    made = space - z_.avail_out;
    between_ = status == Z_STREAM_END;
    return status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR ? Step::more : Step::damaged;
  }
  bool at_boundary() const override { return between_; }
  const char* format() const override { return gzip_ ? "gzip" : "zlib"; }

 private:
  z_stream z_{};
  bool gzip_, begun_ = false;
  bool between_ = false;  // two members
};

class Unbzip2 final : public Unpacker {
 public:
  Unbzip2() { begin(); }
  ~Unbzip2() override { BZ2_bzDecompressEnd(&z_); }
  Unbzip2(const Unbzip2&) = delete;
  Unbzip2& operator=(const Unbzip2&) = delete;

  Step step(std::string_view& in, bool, char* out, std::size_t room, std::size_t& made) override {
    if (between_ && !in.empty()) {
      if (in.front() != 'B') return Step::end;  // padding behind the last member, as bzip2(1) ignores it
      BZ2_bzDecompressEnd(&z_);
      begin();
    }
    if (!begun_) return Step::damaged;
    const auto had = static_cast<unsigned>(std::min(in.size(), zlib_most)),
               space = static_cast<unsigned>(std::min(room, zlib_most));
    z_.next_in = const_cast<char*>(in.data());
    z_.avail_in = had;
    z_.next_out = out;
    z_.avail_out = space;
    const int status = between_ ? BZ_OK : BZ2_bzDecompress(&z_);
    in.remove_prefix(had - z_.avail_in);
    made = space - z_.avail_out;
    between_ |= status == BZ_STREAM_END;
    return status == BZ_OK || status == BZ_STREAM_END ? Step::more : Step::damaged;
  }
  bool at_boundary() const override { return between_; }
  const char* format() const override { return "bzip2"; }

 private:
  void begin() {
    z_ = {};
    begun_ = BZ2_bzDecompressInit(&z_, 0, 0) == BZ_OK;
    between_ = false;
  }
  bz_stream z_{};
  bool begun_ = false, between_ = false;
};

class Unlz4 final : public Unpacker {
 public:
  Unlz4() {
    if (LZ4F_isError(LZ4F_createDecompressionContext(&z_, LZ4F_VERSION))) z_ = nullptr;
  }
  ~Unlz4() override { LZ4F_freeDecompressionContext(z_); }
  Unlz4(const Unlz4&) = delete;
  Unlz4& operator=(const Unlz4&) = delete;

  Step step(std::string_view& in, bool, char* out, std::size_t room, std::size_t& made) override {
    if (!z_) return Step::damaged;
    std::size_t used = in.size();
    made = room;
    const std::size_t status = LZ4F_decompress(z_, out, &made, in.data(), &used, nullptr);
    in.remove_prefix(used);
    if (LZ4F_isError(status)) return Step::damaged;
    if (used != 0 || made != 0) boundary_ = status == 0;
    return Step::more;
  }
  bool at_boundary() const override { return boundary_; }
  const char* format() const override { return "lz4"; }

 private:
  LZ4F_dctx* z_ = nullptr;
  bool boundary_ = false;
};

class Unxz final : public Unpacker {
 public:
  Unxz() { begun_ = lzma_stream_decoder(&z_, xz_memory, LZMA_CONCATENATED) == LZMA_OK; }
  ~Unxz() override { lzma_end(&z_); }
  Unxz(const Unxz&) = delete;
  Unxz& operator=(const Unxz&) = delete;

  Step step(std::string_view& in, bool last, char* out, std::size_t room, std::size_t& made) override {
    if (!begun_) return Step::damaged;
    z_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    z_.avail_in = in.size();
    z_.next_out = reinterpret_cast<std::uint8_t*>(out);
    z_.avail_out = room;
    const lzma_ret status = lzma_code(&z_, last ? LZMA_FINISH : LZMA_RUN);
    in.remove_prefix(in.size() - z_.avail_in);
    made = room - z_.avail_out;
    if (status == LZMA_STREAM_END) return Step::end;
    if (status == LZMA_MEMLIMIT_ERROR) return Step::too_large;
    return status == LZMA_OK || status == LZMA_BUF_ERROR ? Step::more : Step::damaged;
  }
  bool at_boundary() const override { return false; }
  const char* format() const override { return "xz"; }

 private:
  lzma_stream z_ = LZMA_STREAM_INIT;
  bool begun_ = false;
};

class Unzstd final : public Unpacker {
 public:
  Unzstd() = default;
  ~Unzstd() override { ZSTD_freeDStream(z_); }
  Unzstd(const Unzstd&) = delete;
  Unzstd& operator=(const Unzstd&) = delete;

  Step step(std::string_view& in, bool, char* out, std::size_t room, std::size_t& made) override {
    if (!z_) return Step::damaged;
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out, room, 0};
    const std::size_t status = ZSTD_decompressStream(z_, &output, &input);
    in.remove_prefix(input.pos);
    made = output.pos;
    if (ZSTD_getErrorCode(status) == ZSTD_error_frameParameter_windowTooLarge) return Step::too_large;
    if (ZSTD_isError(status)) return Step::damaged;
    if (input.pos != 0 || made != 0) boundary_ = status == 0;
    return Step::more;
  }
  bool at_boundary() const override { return boundary_; }
  const char* format() const override { return "zstd"; }

 private:
  ZSTD_DStream* z_ = ZSTD_createDStream();
  bool boundary_ = false;
};

}  // namespace

Packing packing_of(std::string_view head) {
  for (const Magic& magic : magics)
    if (head.starts_with(magic.bytes)) return magic.packing;
  return Packing::none;
}

bool begins_like_packed(std::string_view head) {
  return std::any_of(magics.begin(), magics.end(),
                     [&](const Magic& m) { return m.bytes.size() > head.size() && m.bytes.starts_with(head); });
}

std::unique_ptr<Unpacker> make_unpacker(Packing packing) {
  switch (packing) {
    case Packing::gzip:
      return std::make_unique<Inflate>(true);
    case Packing::zlib:
      return std::make_unique<Inflate>(false);
    case Packing::bzip2:
      return std::make_unique<Unbzip2>();
    case Packing::lz4:
      return std::make_unique<Unlz4>();
    case Packing::xz:
      return std::make_unique<Unxz>();
    case Packing::zstd:
      return std::make_unique<Unzstd>();
    case Packing::none:
      break;
  }
  return nullptr;
}

std::optional<std::vector<std::uint8_t>> unpack(Packing packing, std::span<const std::uint8_t> bytes,
                                                std::size_t size_hint, std::size_t limit) {
  const auto unpacker = make_unpacker(packing);
  if (!unpacker) return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
  std::string_view in(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  // `size_hint` comes from the file, so it counts only up to what the best packer makes of so many bytes (zlib: 1,032
  // times). The extra bytes are there because an unpacker reports the end of its stream only if it has room left.
  limit = std::min({limit, most, bytes.size() * most_times + small_file});
  std::vector<std::uint8_t> out(std::min({std::max<std::size_t>(size_hint, 1 << 16), bytes.size() * 1032, limit}) + 64);
  std::size_t used = 0;
  for (;;) {
    if (used > limit) return std::nullopt;
    if (used == out.size()) out.resize(std::min(out.size() * 2, limit + 64));
    std::size_t made = 0;
    const std::size_t had = in.size();
    const auto step = unpacker->step(in, true, reinterpret_cast<char*>(out.data()) + used, out.size() - used, made);
    used += made;
    if (step == Unpacker::Step::damaged || step == Unpacker::Step::too_large) return std::nullopt;
    const bool stuck = made == 0 && in.size() == had;
    if (step == Unpacker::Step::end || (in.empty() && unpacker->at_boundary())) break;
    if (stuck) return std::nullopt;
  }
  if (used > limit) return std::nullopt;
  out.resize(used);
  return out;
}

}  // namespace unoops::base
