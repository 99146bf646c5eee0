// Where in a block of bytes those are that decide about its lines: where a line ends, and whether it needs a second look.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::input {

class TextMarks {
 public:
  static constexpr std::size_t most = 16 * 1024;  // bytes of a block
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  void mark(std::string_view block);  // which outlives the marks
  std::string_view block() const { return block_; }

  // From `at` on the first newline; none where the block ends before.
  std::size_t newline(std::size_t at) const { return next<&Word::newline>(at, last_); }
  // The first '['; none, or one behind it, where there is none before `end`.
  std::size_t bracket(std::size_t at, std::size_t end) const {
    return next<&Word::bracket>(at, std::min(last_, &words_[std::min(end, most - 1) / bits]));
  }
  // Before `end`, which lies behind `begin`: a byte that is not printable or not ASCII, or '&' or '^' (residue.cpp)?
  bool has_odd(std::size_t begin, std::size_t end) const {
    const auto last = (end - 1) / bits;
    auto odd = words_[begin / bits].odd & ~std::uint64_t{0} << begin % bits;
    for (auto at = begin / bits; at != last; odd = words_[++at].odd)
      if (odd != 0) return true;
    return (odd & ~std::uint64_t{0} >> (bits - 1 - (end - 1) % bits)) != 0;
  }

 private:
  static constexpr std::size_t bits = 64;
  struct Word {  // bit n: of byte n
    std::uint64_t newline, bracket, odd;
  };
  template <std::uint64_t Word::*Which>
  std::size_t next(std::size_t at, const Word* last) const {
    if (at >= block_.size()) return none;
    const auto* word = &words_[at / bits];
    auto found = word->*Which & ~std::uint64_t{0} << at % bits;
    while (found == 0) {
      if (word >= last) return none;
      found = (++word)->*Which;
    }
    return static_cast<std::size_t>(word - words_.data()) * bits + static_cast<std::size_t>(std::countr_zero(found));
  }
  static Word word_of(const char* at);  // of so many bytes
  using Mark = void(const char* at, std::span<Word> words);
  static Mark mark_plainly, mark_by_avx2;
  static Mark* fastest();  // that the processor has

  std::array<Word, most / bits> words_;
  const Word* last_ = nullptr;
  std::string_view block_;
};

}  // namespace unoops::input
