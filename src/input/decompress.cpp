// gzip, xz and zstd as streams: concatenated members, cut files (what could be read is read, then the error is told).
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <optional>

#include "input/byte_stream.hpp"

namespace unoops::input {

namespace {

constexpr std::size_t chunk = 64 * 1024;
// xz -9 needs 65 MiB; a file that claims more is refused. zstd's own default bound (a 128 MiB window) stands.
constexpr std::uint64_t xz_memory = 100 * 1024 * 1024;

enum class Step { more, end, damaged };

// The part that is the same for all: feed input until there is output.
class Decompressor : public ByteStream {
 public:
  Decompressor(std::unique_ptr<ByteStream> inner, std::string name)
      : inner_(std::move(inner)), name_(std::move(name)), out_(chunk, '\0') {}

  Expected<std::string_view> read() final {
    while (!done_) {
      if (in_.empty() && !inner_end_) {
        auto more = inner_->read();
        if (!more) return fail(more.error().message);
        in_ = *more;
        inner_end_ = in_.empty();
      }
      std::size_t made = 0;
      const std::size_t had_input = in_.size();
      Step step = decompress(in_, inner_end_, out_.data(), out_.size(), made);
      if (made == 0 && had_input != 0 && in_.size() == had_input && step == Step::more)
        step = Step::damaged;  // no progress
      total_ += made;
      done_ = step != Step::more || (inner_end_ && made == 0 && had_input == 0);
      if (step == Step::damaged)
        damage_ = "damaged " + std::string(format()) + " data";
      else if (step == Step::more && done_ && !at_boundary())
        damage_ = std::string(format()) + " data ends too early";
      if (made != 0) return std::string_view(out_.data(), made);
    }
    if (damage_)
      return fail(name_ + ": " + *std::exchange(damage_, {}) + " after " + std::to_string(total_) + " bytes");
    return std::string_view();
  }

 protected:
  // Takes from `in`, writes at most `room` bytes to `out`. end: nothing more will come.
  virtual Step decompress(std::string_view& in, bool last, char* out, std::size_t room, std::size_t& made) = 0;
  virtual bool at_boundary() const = 0;  // the data may end here
  virtual const char* format() const = 0;

 private:
  Expected<std::string_view> fail(std::string message) {
    done_ = true;
    return tl::unexpected(Error{std::move(message)});
  }
  std::unique_ptr<ByteStream> inner_;
  std::string name_;
  std::string out_;
  std::string_view in_;
  std::optional<std::string> damage_;
  std::uint64_t total_ = 0;
  bool inner_end_ = false;
  bool done_ = false;
};

class Gunzip final : public Decompressor {
 public:
  using Decompressor::Decompressor;
  ~Gunzip() override { inflateEnd(&z_); }

 private:
  Step decompress(std::string_view& in, bool, char* out, std::size_t room, std::size_t& made) override {
    if (!begun_ && inflateInit2(&z_, 15 + 16) != Z_OK) return Step::damaged;
    begun_ = true;
    if (between_ && !in.empty()) {
      if (in.front() != '\x1f') return Step::end;  // padding behind the last member, as gzip(1) ignores it
      inflateReset(&z_);
      between_ = false;
    }
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    z_.avail_in = static_cast<uInt>(in.size());
    z_.next_out = reinterpret_cast<Bytef*>(out);
    z_.avail_out = static_cast<uInt>(room);
    const int status = inflate(&z_, Z_NO_FLUSH);
    in.remove_prefix(in.size() - z_.avail_in);
    made = room - z_.avail_out;
    between_ = status == Z_STREAM_END;
    return status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR ? Step::more : Step::damaged;
  }
  bool at_boundary() const override { return between_; }
  const char* format() const override { return "gzip"; }

  z_stream z_{};
  bool begun_ = false;
  bool between_ = false;  // two members
};

class Unxz final : public Decompressor {
 public:
  using Decompressor::Decompressor;
  ~Unxz() override { lzma_end(&z_); }

 private:
  Step decompress(std::string_view& in, bool last, char* out, std::size_t room, std::size_t& made) override {
    if (!begun_ && lzma_stream_decoder(&z_, xz_memory, LZMA_CONCATENATED) != LZMA_OK) return Step::damaged;
    begun_ = true;
    z_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    z_.avail_in = in.size();
    z_.next_out = reinterpret_cast<std::uint8_t*>(out);
    z_.avail_out = room;
    const lzma_ret status = lzma_code(&z_, last ? LZMA_FINISH : LZMA_RUN);
    in.remove_prefix(in.size() - z_.avail_in);
    made = room - z_.avail_out;
    if (status == LZMA_STREAM_END) return Step::end;
    return status == LZMA_OK || status == LZMA_BUF_ERROR ? Step::more : Step::damaged;
  }
  bool at_boundary() const override { return false; }
  const char* format() const override { return "xz"; }

  lzma_stream z_ = LZMA_STREAM_INIT;
  bool begun_ = false;
};

class Unzstd final : public Decompressor {
 public:
  using Decompressor::Decompressor;
  ~Unzstd() override { ZSTD_freeDStream(z_); }

 private:
  Step decompress(std::string_view& in, bool, char* out, std::size_t room, std::size_t& made) override {
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out, room, 0};
    const std::size_t status = ZSTD_decompressStream(z_, &output, &input);
    in.remove_prefix(input.pos);
    made = output.pos;
    if (ZSTD_isError(status)) return Step::damaged;
    if (input.pos != 0 || made != 0) boundary_ = status == 0;
    return Step::more;
  }
  bool at_boundary() const override { return boundary_; }
  const char* format() const override { return "zstd"; }

  ZSTD_DStream* z_ = ZSTD_createDStream();
  bool boundary_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> gunzip(std::unique_ptr<ByteStream> inner, std::string name) {
  return std::make_unique<Gunzip>(std::move(inner), std::move(name));
}
std::unique_ptr<ByteStream> unxz(std::unique_ptr<ByteStream> inner, std::string name) {
  return std::make_unique<Unxz>(std::move(inner), std::move(name));
}
std::unique_ptr<ByteStream> unzstd(std::unique_ptr<ByteStream> inner, std::string name) {
  return std::make_unique<Unzstd>(std::move(inner), std::move(name));
}

}  // namespace unoops::input
