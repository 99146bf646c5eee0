// The search that needs no library: where four bytes begin a needle, by a table of bits.
#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>

#include "base/first_bytes.hpp"
#include "scan/needles.hpp"
#include "scan/search.hpp"

namespace unoops::scan {
namespace {

class Table {
 public:
  Table() {
    for (const auto& needle : needles()) {
      if (needle.text.size() < key_bytes) {
        short_.push_back(needle);
        short_first_[static_cast<unsigned char>(needle.text.front())] = true;
        continue;
      }
      keys_.set(key(needle.text.data()));
      long_.emplace_back(key(needle.text.data()), needle);
    }
    std::ranges::stable_sort(long_, {}, &Row::first);
  }

  void find(std::string_view bytes, std::vector<Hit>& hits) const {
    const auto keys = bytes.size() < key_bytes ? 0 : bytes.size() - key_bytes + 1;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      const bool maybe_long = at < keys && keys_[key(bytes.data() + at)];
      if (maybe_long || short_first_[static_cast<unsigned char>(bytes[at])]) look(bytes, at, maybe_long, hits);
    }
    std::ranges::sort(hits, {}, &Hit::end);
  }

 private:
  static constexpr std::size_t key_bytes = 4;
  static std::uint16_t key(const char* at) { return static_cast<std::uint16_t>(hash_of_four<16>(at)); }

  void look(std::string_view bytes, std::size_t at, bool maybe_long, std::vector<Hit>& hits) const {
    const auto rest = bytes.substr(at);
    const auto take = [&](const Needle& needle) {
      if (rest.starts_with(needle.text)) hits.push_back({at + needle.text.size(), needle.needs});
    };
    for (const auto& needle : short_)
      if (needle.text.front() == rest.front()) take(needle);
    if (!maybe_long) return;
    const auto word = key(rest.data());
    const auto first = std::ranges::lower_bound(long_, word, {}, &Row::first);
    for (auto row = first; row != long_.end() && row->first == word; ++row) take(row->second);
  }

  std::bitset<65536> keys_;
  using Row = std::pair<std::uint16_t, Needle>;
  std::vector<Row> long_;
  std::vector<Needle> short_;  // "[#", "+0x"
  std::array<bool, 256> short_first_{};
};

class TableSearch final : public Search {
 public:
  void find(std::string_view bytes, std::vector<Hit>& hits) override {
    static const Table table;
    table.find(bytes, hits);
  }
};

}  // namespace

std::unique_ptr<Search> table_search() { return std::make_unique<TableSearch>(); }

}  // namespace unoops::scan
