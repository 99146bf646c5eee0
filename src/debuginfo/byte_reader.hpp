// A cursor over bytes of either endianness. Reading past the end gives zeros and sets failed().
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::debuginfo {

class ByteReader {
 public:
  ByteReader(std::span<const std::uint8_t> bytes, bool big_endian, std::uint64_t at = 0)
      : begin_(bytes.data()),
        at_(bytes.data() + (at < bytes.size() ? at : bytes.size())),
        end_(bytes.data() + bytes.size()),
        big_(big_endian),
        failed_(at > bytes.size()) {}

  std::uint64_t offset() const { return static_cast<std::uint64_t>(at_ - begin_); }
  bool at_end() const { return at_ >= end_; }
  bool failed() const { return failed_; }
  std::uint64_t left() const { return static_cast<std::uint64_t>(end_ - at_); }

  void seek(std::uint64_t offset) {
    if (offset > static_cast<std::uint64_t>(end_ - begin_))
      fail();
    else
      at_ = begin_ + offset;
  }
  void skip(std::uint64_t bytes) {
    if (bytes > left())
      fail();
    else
      at_ += bytes;
  }
  // Hides what lies behind `offset`.
  void limit(std::uint64_t offset) {
    if (offset < static_cast<std::uint64_t>(end_ - begin_)) end_ = begin_ + offset;
    if (at_ > end_) fail();
  }

  std::uint8_t u8() { return at_ < end_ ? *at_++ : zero(); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(fixed<2>()); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(fixed<4>()); }
  std::uint64_t u64() { return fixed<8>(); }
  std::uint64_t u(unsigned bytes) {
    switch (bytes) {
      case 1:
        return u8();
      case 2:
        return u16();
      case 4:
        return u32();
      case 8:
        return u64();
      default:
        break;
    }
    if (bytes > 8 || bytes > left()) return fail(), 0;
    std::uint64_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value |= std::uint64_t{at_[i]} << 8 * (big_ ? bytes - 1 - i : i);
    at_ += bytes;
    return value;
  }
  std::uint64_t uleb() {
    if (at_ < end_ && *at_ < 0x80) return *at_++;
    std::uint64_t value = 0;
    for (unsigned shift = 0; at_ < end_ && shift < longest_leb; shift += 7) {
      const std::uint8_t byte = *at_++;
      if (shift < 64) value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    return zero();
  }
  std::int64_t sleb() {
    std::uint64_t value = 0;
    unsigned shift = 0;
    while (at_ < end_ && shift < longest_leb) {
      const std::uint8_t byte = *at_++;
      if (shift < 64) value |= std::uint64_t{byte & 0x7fu} << shift;
      shift += 7;
      if (byte >= 0x80) continue;
      if (shift < 64 && (byte & 0x40)) value |= ~std::uint64_t{0} << shift;
      return static_cast<std::int64_t>(value);
    }
    return zero();
  }
  std::string_view text() {
    const void* nul = at_ < end_ ? std::memchr(at_, 0, left()) : nullptr;
    if (!nul) return fail(), std::string_view{};
    const auto* stop = static_cast<const std::uint8_t*>(nul);
    const std::string_view out(reinterpret_cast<const char*>(at_), static_cast<std::size_t>(stop - at_));
    at_ = stop + 1;
    return out;
  }

 private:
  // In bits. Assemblers fill LEB128 numbers up to 10 bytes; a run without an end would be read again from each of its bytes.
  static constexpr unsigned longest_leb = 16 * 7;

  template <unsigned N>
  std::uint64_t fixed() {
    if (left() < N) return fail(), 0;
    std::uint64_t value = 0;
    if (!big_) {
      for (unsigned i = 0; i < N; ++i) value |= std::uint64_t{at_[i]} << 8 * i;
    } else {
      for (unsigned i = 0; i < N; ++i) value = value << 8 | at_[i];
    }
    at_ += N;
    return value;
  }
  std::uint8_t zero() {
    fail();
    return 0;
  }
  void fail() {
    failed_ = true;
    at_ = end_;
  }

  const std::uint8_t *begin_, *at_, *end_;
  bool big_, failed_ = false;
};

}  // namespace unoops::debuginfo
