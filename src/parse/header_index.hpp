// Finds the needles of all headers, landmarks and troubles in a line: one pass over its text.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

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
      for (HeaderHit hit : hits)
        if (hit.at = at; text.substr(at).starts_with(hit.needle()) && take(hit)) return true;
      return false;
    };
    const auto keys = text.size() < key_bytes ? 0 : text.size() - key_bytes + 1;
    for (std::size_t i = 0; i < keys; ++i) {
      if (const auto word = key(text.data() + i); words_[word] && try_all(bucket(word), i)) return true;
      if (text[i] == '[' && try_all(short_, i)) return true;
    }
    for (auto i = keys; i < text.size(); ++i)
      if (text[i] == '[' && try_all(short_, i)) return true;
    return false;
  }

 private:
  // The first four bytes, spread over 16 bits: few places of a line are looked at twice.
  static constexpr std::size_t key_bytes = 4;
  static std::uint16_t key(const char* at) {
    std::uint32_t word = 0;
    std::memcpy(&word, at, key_bytes);
    return static_cast<std::uint16_t>(word * 0x9e3779b1U >> 16);
  }
  void add(const HeaderHit&);
  const std::vector<HeaderHit>& bucket(std::uint16_t word) const;

  std::vector<HeaderHit> short_;  // needles of fewer bytes: "[#"
  std::bitset<65536> words_;
  std::vector<std::pair<std::uint16_t, std::vector<HeaderHit>>> buckets_;  // sorted by key
};

const HeaderIndex& header_index();

}  // namespace unoops::parse
