#include "parse/header_index.hpp"

#include <cassert>

namespace unoops::parse {

HeaderIndex::HeaderIndex() {
  for (const auto& row : trouble_rows()) add({.trouble = &row});
  for (const Kind* kind : kind_rows())
    for (const Header& header : kind->headers) add({.header = &header, .kind = kind});
  for (const Landmark& landmark : landmarks()) add({.landmark = &landmark});
}

void HeaderIndex::add(const HeaderHit& hit) {
  const auto needle = hit.needle();
  assert(needle.size() >= pair_bytes);
  first_pairs_.set(pair(needle.data()));
  if (needle.size() < key_bytes) return short_.push_back(hit);
  second_pairs_.set(pair(needle.data() + pair_bytes));
  auto& row = rows_[key(needle.data())];
  if (row == 0) {
    buckets_.emplace_back();
    row = static_cast<std::uint16_t>(buckets_.size());
  }
  buckets_[row - 1].push_back(hit);
}

const HeaderIndex& header_index() {
  static const HeaderIndex index;
  return index;
}

}  // namespace unoops::parse
