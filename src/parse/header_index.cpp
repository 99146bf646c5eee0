#include "parse/header_index.hpp"

#include <algorithm>

namespace unoops {

HeaderIndex::HeaderIndex() {
  for (const Kind* kind : kind_rows())
    for (const Header& header : kind->headers) {
      const auto pair = key(header.needle[0], header.needle[1]);
      pairs_.set(pair);
      auto at = std::ranges::find(buckets_, pair, &decltype(buckets_)::value_type::first);
      if (at == buckets_.end()) at = buckets_.insert(at, {pair, {}});
      at->second.push_back({kind, &header, 0});
    }
  std::ranges::sort(buckets_, {}, &decltype(buckets_)::value_type::first);
}

const std::vector<HeaderHit>& HeaderIndex::bucket(std::uint16_t pair) const {
  return std::ranges::lower_bound(buckets_, pair, {}, &decltype(buckets_)::value_type::first)->second;
}

const HeaderIndex& header_index() {
  static const HeaderIndex index;
  return index;
}

}  // namespace unoops
