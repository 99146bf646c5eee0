// Finds a header, or a trouble, anywhere in a line: one pass over the text with the needles of all kinds and troubles.
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

namespace unoops::parse {

struct HeaderHit {
  const Kind* kind = nullptr;
  const Header* header = nullptr;
  std::size_t at = 0;
  const TroubleRow* trouble = nullptr;  // instead of kind and header
  std::string_view needle() const { return trouble ? trouble->needle : header->needle; }
};

class HeaderIndex {
 public:
  HeaderIndex();
  // The headers of a line from left to right, by the table's order where several start at one place, until `take` says
  // true. Troubles that stand before that go to `note`.
  template <class Take, class Note>
  bool find(std::string_view text, Take take, Note note) const {
    const auto try_all = [&](const std::vector<HeaderHit>& hits, std::size_t at) {
      for (const auto& hit : hits) {
        if (!text.substr(at).starts_with(hit.needle())) continue;
        if (hit.trouble)
          note(*hit.trouble, at);
        else if (take(HeaderHit{hit.kind, hit.header, at}))
          return true;
      }
      return false;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (i + key_bytes <= text.size())
        if (const auto word = key(text.data() + i); words_[word] && try_all(bucket(word), i)) return true;
      if (text[i] == '[' && try_all(short_, i)) return true;
    }
    return false;
  }
  template <class Take>
  bool find(std::string_view text, Take take) const {
    return find(text, take, [](const TroubleRow&, std::size_t) {});
  }

 private:
  // The first four bytes, spread over 16 bits: few places of a line are looked at twice.
  static constexpr std::size_t key_bytes = 4;
  static std::uint16_t key(const char* at) {
    std::uint32_t word = 0;
    std::memcpy(&word, at, key_bytes);
    return static_cast<std::uint16_t>(word * 0x9e3779b1U >> 16);
  }
  const std::vector<HeaderHit>& bucket(std::uint16_t word) const;
  void add(const HeaderHit&);

  std::vector<HeaderHit> short_;  // needles of fewer bytes: "[#"
  std::bitset<65536> words_;
  std::vector<std::pair<std::uint16_t, std::vector<HeaderHit>>> buckets_;  // sorted by key
};

const HeaderIndex& header_index();

}  // namespace unoops::parse
