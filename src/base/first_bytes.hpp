// Do a text's first bytes begin one of many words? Four bytes tell that most texts begin none.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::base {

// Four bytes as a number of so many bits.
template <int Bits>
std::size_t hash_of_four(const char* at) {
  std::uint32_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word * 0x9e3779b1U >> (32 - Bits);
}

class FirstBytes {
 public:
  // False: it begins none of the words; true: it may.
  bool may_begin(std::string_view text) const {
    return text.size() < 4 || fours_[hash_of_four<bits>(text.data())] || threes_[three(text)] || pairs_[pair(text)] ||
           firsts_[static_cast<unsigned char>(text.front())];
  }
  void add(std::string_view word) {
    if (word.size() > 3)
      fours_.set(hash_of_four<bits>(word.data()));
    else if (word.size() == 3)
      threes_.set(three(word));
    else if (word.size() == 2)
      pairs_.set(pair(word));
    else if (!word.empty())
      firsts_[static_cast<unsigned char>(word.front())] = true;
  }

 private:
  // Few, because larger tables would not stay in the processor's first cache.
  static constexpr int bits = 14;
  static std::size_t three(std::string_view text) {
    const std::array<char, 4> padded{text[0], text[1], text[2], '\0'};
    return hash_of_four<bits>(padded.data());
  }
  static std::size_t pair(std::string_view text) {
    const std::array<char, 4> padded{text[0], text[1], '\0', '\0'};
    return hash_of_four<bits>(padded.data());
  }
  using Set = std::bitset<std::size_t{1} << bits>;
  Set fours_, threes_, pairs_;      // a word is in one of them, by its length
  std::array<bool, 256> firsts_{};  // or here: of one byte
};

}  // namespace unoops::base
