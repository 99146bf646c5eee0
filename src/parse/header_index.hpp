// Finds a header anywhere in a line: one pass over the text with the needles of all kinds.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

#include "kinds/kind.hpp"

namespace unoops {

struct HeaderHit {
  const Kind* kind = nullptr;
  const Header* header = nullptr;
  std::size_t at = 0;
};

class HeaderIndex {
 public:
  HeaderIndex();
  // The hits of a line from left to right, by the table's order where several start at one place, until `take` says
  // true.
  template <class Take>
  bool find(std::string_view text, Take take) const {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      const auto pair = key(text[i], text[i + 1]);
      if (!pairs_[pair]) continue;
      for (const auto& hit : bucket(pair))
        if (text.substr(i).starts_with(hit.header->needle) && take(HeaderHit{hit.kind, hit.header, i})) return true;
    }
    return false;
  }

 private:
  static constexpr std::uint16_t key(char a, char b) {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(a) << 8 | static_cast<unsigned char>(b));
  }
  const std::vector<HeaderHit>& bucket(std::uint16_t pair) const;

  std::bitset<65536> pairs_;
  std::vector<std::pair<std::uint16_t, std::vector<HeaderHit>>> buckets_;  // sorted by key
};

const HeaderIndex& header_index();

}  // namespace unoops
