// Do a text's first bytes begin one of many words? Four bytes tell that most texts begin none.
#pragma once

#include <array>
#include <bit>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::base {

// Four bytes as a number of so many bits.
template <int Bits>
std::size_t hash_of_four(std::uint32_t bytes) {
  return bytes * 0x9e3779b1U >> (32 - Bits);
}
template <int Bits>
std::size_t hash_of_four(const char* at) {
  std::uint32_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  return hash_of_four<Bits>(bytes);
}

class FirstBytes {
 public:
  // False: it begins none of the words; true: it may.
  bool may_begin(std::string_view text) const {
    if (text.size() < 4) return true;
    std::uint32_t four = 0;
    std::memcpy(&four, text.data(), sizeof four);
    return fours_[hash_of_four<bits>(four)] || threes_[hash_of_four<bits>(four & first_three)] ||
           pairs_[hash_of_four<bits>(four & first_two)] || firsts_[static_cast<unsigned char>(text.front())];
  }
  void add(std::string_view word) {
    if (word.size() > 3)
      fours_.set(hash_of_four<bits>(word.data()));
    else if (word.size() == 3)
      threes_.set(hash_of_four<bits>(padded(word)));
    else if (word.size() == 2)
      pairs_.set(hash_of_four<bits>(padded(word)));
    else if (!word.empty())
      firsts_[static_cast<unsigned char>(word.front())] = true;
  }

 private:
  // Few, because larger tables would not stay in the processor's first cache.
  static constexpr int bits = 14;
  using Four = std::array<unsigned char, 4>;
  static constexpr auto first_three = std::bit_cast<std::uint32_t>(Four{0xff, 0xff, 0xff, 0});
  static constexpr auto first_two = std::bit_cast<std::uint32_t>(Four{0xff, 0xff, 0, 0});
  static std::uint32_t padded(std::string_view word) {
    std::uint32_t four = 0;
    std::memcpy(&four, word.data(), word.size());
    return four;
  }
  using Set = std::bitset<std::size_t{1} << bits>;
  Set fours_, threes_, pairs_;      // a word is in one of them, by its length
  std::array<bool, 256> firsts_{};  // or here: of one byte
};

}  // namespace unoops::base
