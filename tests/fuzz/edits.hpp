// A fuzzer's input as changes of something that is whole: so it comes past the checks that refuse what is no dump at all.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace unoops::fuzz {

inline void require(bool held, const char* promise) {
  if (held) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

// Each edit takes 12 bytes: what to do, three bytes of a place, eight of a value.
class Edits {
 public:
  Edits(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  bool next() {
    constexpr std::size_t bytes = 12, most = 64;
    if (rest_.size() < bytes || taken_++ == most) return false;
    what_ = static_cast<std::uint8_t>(rest_[0]);
    place_ = number(1, 3);
    value_ = number(4, 8);
    rest_.remove_prefix(bytes);
    return true;
  }
  unsigned what() const { return what_; }
  std::uint64_t place() const { return place_; }
  std::uint64_t value() const { return value_; }

  // One of the extremes, or the value itself.
  std::uint64_t word() const {
    static constexpr auto extremes = std::to_array<std::uint64_t>(
        {0, 1, 8, 0xffff, 0x7fffffff, 0xffffffff, 1ULL << 40, 1ULL << 60, 1ULL << 63, ~0ULL});
    return what_ & 0x80 ? extremes[value_ % extremes.size()] : value_;
  }

  void apply(std::string& to) const {
    if (to.empty()) return;
    const auto at = place_ % to.size();
    const auto put = [&](std::size_t bytes) {
      const auto it = word();
      if (bytes <= to.size() - at) std::memcpy(to.data() + at, &it, bytes);
    };
    switch (what_ % 8) {
      case 0:
        return put(1);
      case 1:
        return put(2);
      case 2:
        return put(4);
      case 3:
      case 4:
        return put(8);
      case 5:
        return copy(to, at, 8);
      case 6:
        return copy(to, at, 4096);
      default:
        if (what_ & 0x40) to.resize(at);
    }
  }

 private:
  std::uint64_t number(std::size_t at, std::size_t bytes) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value |= std::uint64_t{static_cast<std::uint8_t>(rest_[at + i])} << 8 * i;
    return value;
  }
  void copy(std::string& to, std::size_t at, std::size_t bytes) const {
    const std::string from = to.substr(value_ % to.size(), bytes);
    to.replace(at, std::min(from.size(), to.size() - at), from, 0, to.size() - at);
  }

  std::string_view rest_;
  std::size_t taken_ = 0;
  unsigned what_ = 0;
  std::uint64_t place_ = 0, value_ = 0;
};

}  // namespace unoops::fuzz
