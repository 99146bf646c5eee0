#include "input/pstore_record.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>

#include "input/rows.hpp"

namespace unoops::input {

namespace {

// kmsg_bytes is 10 KiB by default; the kernel's log buffer is the most that it can be.
constexpr std::size_t longest_record = 4 * 1024 * 1024;
constexpr std::size_t chunk = 64 * 1024;

// fs/pstore/platform.c: zlib's own format with a window of 12 bits up to v4.16, raw deflate of 11 bits with crypto/
// deflate.c up to v6.5, raw deflate of 15 bits since. The raw form has no mark: what it gives must look like a record.
enum class Form : bool { zlib, raw };

bool has_zlib_header(std::string_view bytes) {
  if (bytes.size() < 2) return false;
  const unsigned method = static_cast<unsigned char>(bytes[0]);
  const unsigned flags = static_cast<unsigned char>(bytes[1]);
  return (method & 0x0f) == Z_DEFLATED && method >> 4 <= 7 && (method * 256 + flags) % 31 == 0;
}

struct Inflated {
  std::string text;
  bool whole = false;
};

// What stands behind the data's end is ramoops' note on its ECC.
Inflated inflate_all(std::string_view bytes, Form form) {
  Inflated out;
  z_stream z{};
  if (inflateInit2(&z, form == Form::raw ? -MAX_WBITS : MAX_WBITS) != Z_OK) return out;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  int status = Z_OK;
  std::string room(chunk, '\0');
  while (status == Z_OK && out.text.size() < longest_record) {
    z.next_out = reinterpret_cast<Bytef*>(room.data());
    z.avail_out = static_cast<uInt>(room.size());
    status = inflate(&z, Z_NO_FLUSH);
    out.text.append(room, 0, room.size() - z.avail_out);
  }
  inflateEnd(&z);
  out.whole = status == Z_STREAM_END;
  return out;
}

bool looks_like_record(std::string_view text) {
  PstorePart part;
  return pstore_header(text.substr(0, text.find('\n')), part);
}

class PackedRecord final : public ByteStream {
 public:
  PackedRecord(std::unique_ptr<ByteStream> inner, std::string name)
      : inner_(std::move(inner)), name_(std::move(name)) {}

  Expected<std::string_view> read() override {
    if (inner_) {
      if (auto failed = unpack(); !failed) return failed;
    }
    const std::string_view next = std::string_view(text_).substr(given_, chunk);
    given_ += next.size();
    if (next.empty() && !error_.empty()) return tl::unexpected(Error{name_ + ": " + std::exchange(error_, {})});
    return next;
  }

 private:
  Expected<std::string_view> unpack() {
    std::string bytes;
    for (const auto inner = std::move(inner_); bytes.size() < longest_record;) {
      auto more = inner->read();
      if (!more) return more;
      if (more->empty()) break;
      bytes += *more;
    }
    for (const Form form : {Form::zlib, Form::raw}) {
      if (form == Form::zlib && !has_zlib_header(bytes)) continue;
      Inflated found = inflate_all(bytes, form);
      if (!looks_like_record(found.text)) continue;
      text_ = std::move(found.text);
      if (!found.whole) error_ = "damaged pstore record after " + std::to_string(text_.size()) + " bytes";
      return std::string_view();
    }
    if (looks_like_record(bytes))
      text_ = std::move(bytes);  // somebody unpacked it and kept the name
    else
      error_ =
          "not deflate or zstd; pstore's lzo, lz4 and 842 records can be read by a kernel with that compressor only";
    return std::string_view();
  }

  std::unique_ptr<ByteStream> inner_;
  std::string name_, text_, error_;
  std::size_t given_ = 0;
};

}  // namespace

bool is_packed_record(std::string_view file_name) { return file_name.ends_with(".enc.z"); }

std::unique_ptr<ByteStream> unpacked_record(std::unique_ptr<ByteStream> inner, std::string name) {
  return std::make_unique<PackedRecord>(std::move(inner), std::move(name));
}

}  // namespace unoops::input
