// Finds the needles of all headers, landmarks and troubles in a line: one pass over its text.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/first_bytes.hpp"
#include "base/rooms.hpp"
#include "facts/troubles.hpp"
#include "kinds/kind.hpp"
#include "parse/landmarks.hpp"

namespace unoops::parse {

struct HeaderHit {
  // One of the three:
  const Header* header = nullptr;
  const Landmark* landmark = nullptr;
  const TroubleRow* trouble = nullptr;
  const Kind* kind = nullptr;  // the header's
  std::size_t at = 0;

  std::string_view needle() const { return header ? header->needle : landmark ? landmark->needle : trouble->needle; }
};

class HeaderIndex {
 public:
  HeaderIndex();
  // The hits of a line from left to right, by the tables' order where several start at one place, until `take` says
  // true.
  template <class Take>
  bool find(std::string_view text, Take take) const {
    const auto try_all = [&](const std::vector<HeaderHit>& hits, std::size_t at) {
      for (const HeaderHit& hit : hits) {
        if (pair(hit.needle().data()) != pair(text.data() + at) || !text.substr(at).starts_with(hit.needle())) continue;
        HeaderHit here = hit;
        here.at = at;
        if (take(here)) return true;
      }
      return false;
    };
    for (std::size_t i = 0; i + pair_bytes <= text.size(); ++i) {
      if (!first_pairs_[pair(text.data() + i)]) continue;
      if (i + key_bytes <= text.size() && second_pairs_[pair(text.data() + i + pair_bytes)])
        if (const auto* hits = bucket(key(text.data() + i)); hits && try_all(*hits, i)) return true;
      if (try_all(short_, i)) return true;
    }
    return false;
  }

 private:
  static constexpr std::size_t pair_bytes = 2, key_bytes = 4;
  static std::uint16_t pair(const char* at) {
    std::uint16_t word = 0;
    std::memcpy(&word, at, pair_bytes);
    return word;
  }
  // The first four bytes, spread over few bits: of the places that the pairs let pass, few are looked at twice. Not over
  // more, because a short log's decoding would take longer to touch the table's pages than to use it.
  static constexpr int key_bits = 13;
  static std::size_t key(const char* at) { return hash_of_four<key_bits>(at); }
  void add(const HeaderHit&);
  const std::vector<HeaderHit>* bucket(std::size_t number) const {
    const auto at = rows_[number];
    return at == 0 ? nullptr : &buckets_[at - 1];
  }

  std::bitset<65536> first_pairs_, second_pairs_;                 // a needle may begin with these four bytes
  std::array<std::uint16_t, std::size_t{1} << key_bits> rows_{};  // by key: a bucket's number, from 1 on
  std::vector<std::vector<HeaderHit>> buckets_;
  std::vector<HeaderHit> short_;  // needles of fewer than four bytes: "[#"
};

const HeaderIndex& header_index();

}  // namespace unoops::parse
