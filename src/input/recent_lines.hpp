// Which lines stood in the log a moment ago.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::input {

// By their length and both ends: of lines a few apart, that tells them.
class RecentLines {
 public:
  void add(std::string_view text) { seen_[next_++ % seen_.size()] = mark_of(text); }
  bool has(std::string_view text) const { return std::ranges::find(seen_, mark_of(text)) != seen_.end(); }

 private:
  struct Mark {
    std::size_t size = 0;
    std::uint64_t front = 0, back = 0;
    bool operator==(const Mark&) const = default;
  };
  static Mark mark_of(std::string_view text) {
    Mark mark{text.size(), 0, 0};
    if (text.size() >= sizeof mark.front) {
      std::memcpy(&mark.front, text.data(), sizeof mark.front);
      std::memcpy(&mark.back, text.data() + text.size() - sizeof mark.back, sizeof mark.back);
      return mark;
    }
    const auto bytes = text.size();
    if (bytes == 0) return mark;
    std::memcpy(&mark.front, text.data(), bytes);
    std::memcpy(&mark.back, text.data() + text.size() - bytes, bytes);
    return mark;
  }
  std::array<Mark, 64> seen_{};
  std::size_t next_ = 0;
};

}  // namespace unoops::input
