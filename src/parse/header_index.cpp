#include "parse/header_index.hpp"

#include <algorithm>
#include <cassert>

namespace unoops::parse {

HeaderIndex::HeaderIndex() {
  for (const auto& row : trouble_rows()) add({.trouble = &row});
  for (const Kind* kind : kind_rows())
    for (const Header& header : kind->headers) add({.header = &header, .kind = kind});
  for (const Landmark& landmark : landmarks()) add({.landmark = &landmark});
  std::ranges::sort(buckets_, {}, &decltype(buckets_)::value_type::first);
}

void HeaderIndex::add(const HeaderHit& hit) {
  const auto needle = hit.needle();
  if (needle.size() < key_bytes) {
    assert(needle.starts_with('['));
    short_.push_back(hit);
    return;
  }
  const auto word = key(needle.data());
  words_.set(word);
  auto at = std::ranges::find(buckets_, word, &decltype(buckets_)::value_type::first);
  if (at == buckets_.end()) at = buckets_.insert(at, {word, {}});
  at->second.push_back(hit);
}

const std::vector<HeaderHit>& HeaderIndex::bucket(std::uint16_t word) const {
  return std::ranges::lower_bound(buckets_, word, {}, &decltype(buckets_)::value_type::first)->second;
}

const HeaderIndex& header_index() {
  static const HeaderIndex index;
  return index;
}

}  // namespace unoops::parse
