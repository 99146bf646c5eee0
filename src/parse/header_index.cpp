#include "parse/header_index.hpp"

#include <algorithm>
#include <cassert>

namespace unoops::parse {

HeaderIndex::HeaderIndex() {
  for (const Kind* kind : kind_rows())
    for (const Header& header : kind->headers) {
      if (header.needle.size() < key_bytes) {
        assert(header.needle.starts_with('['));
        short_.push_back({kind, &header, 0});
        continue;
      }
      const auto word = key(header.needle.data());
      words_.set(word);
      auto at = std::ranges::find(buckets_, word, &decltype(buckets_)::value_type::first);
      if (at == buckets_.end()) at = buckets_.insert(at, {word, {}});
      at->second.push_back({kind, &header, 0});
    }
  std::ranges::sort(buckets_, {}, &decltype(buckets_)::value_type::first);
}

const std::vector<HeaderHit>& HeaderIndex::bucket(std::uint16_t word) const {
  return std::ranges::lower_bound(buckets_, word, {}, &decltype(buckets_)::value_type::first)->second;
}

const HeaderIndex& header_index() {
  static const HeaderIndex index;
  return index;
}

}  // namespace unoops::parse
