// Where in a block of bytes those are that decide about its lines: where a line ends, and whether it needs a second look.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::input {

class TextMarks {
 public:
  static constexpr std::size_t most = 16 * 1024;  // bytes of a block
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  void mark(std::string_view block);  // which outlives the marks
  std::string_view block() const { return block_; }

  // From `at` on the first '[' or newline; none where the block ends before.
  std::size_t newline(std::size_t at) const { return next<&Word::newline>(at); }
  std::size_t bracket(std::size_t at) const { return next<&Word::bracket>(at); }

  // Of the text that begins at a place of the block, up to its line's end.
  struct Text {
    std::size_t newline = none;                // none: the block ends before
    std::size_t blank = none, bracket = none;  // the first of each
    bool odd = false;  // it has a byte that is not printable or not ASCII, or '&' or '^' (residue.cpp)
  };
  // A serial console's \r is not part of it. (Where that is told too late, `odd` is true.)
  Text text(std::size_t begin) const {
    Text out;
    for (auto at = begin; at < block_.size(); at += bits) {
      const Word word = word_at(at);
      const auto before = (word.newline & -word.newline) - 1;  // all where there is none
      const auto first = [&](std::uint64_t marks, std::size_t& place) {
        if (place == none && (marks & before) != 0) place = at + static_cast<std::size_t>(std::countr_zero(marks));
      };
      first(word.blank, out.blank);
      first(word.bracket, out.bracket);
      if (word.newline == 0) {
        out.odd |= word.odd != 0;
        continue;
      }
      out.newline = at + static_cast<std::size_t>(std::countr_zero(word.newline));
      const bool cr = out.newline > begin && block_[out.newline - 1] == '\r';
      out.odd |= (word.odd & (cr ? before >> 1 : before)) != 0;
      break;
    }
    return out;
  }

 private:
  static constexpr std::size_t bits = 64;
  struct Word {  // bit n: of byte n
    std::uint64_t newline, blank, bracket, odd;
  };
  // From any byte on: what lies behind the block is 0.
  Word word_at(std::size_t at) const {
    const Word &low = words_[at / bits], &high = words_[at / bits + 1];
    const auto shift = at % bits;
    if (shift == 0) return low;
    const auto join = [&](std::uint64_t one, std::uint64_t other) { return one >> shift | other << (bits - shift); };
    return {join(low.newline, high.newline), join(low.blank, high.blank), join(low.bracket, high.bracket),
            join(low.odd, high.odd)};
  }
  template <std::uint64_t Word::*Which>
  std::size_t next(std::size_t at) const {
    for (; at < block_.size(); at += bits)
      if (const auto found = word_at(at).*Which; found != 0)
        return at + static_cast<std::size_t>(std::countr_zero(found));
    return none;
  }
  static Word word_of(const char* at);  // of so many bytes

  std::array<Word, most / bits + 2> words_;  // and one behind the last
  std::string_view block_;
};

// The same question of a text alone.
bool has_odd_byte(std::string_view text);

}  // namespace unoops::input
