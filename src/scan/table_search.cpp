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
    for (const auto needle : needles()) {
      if (needle.size() < key_bytes) {
        short_.push_back(needle);
        short_first_[static_cast<unsigned char>(needle.front())] = true;
        continue;
      }
      keys_.set(key(needle.data()));
      long_.emplace_back(key(needle.data()), needle);
    }
    std::ranges::sort(long_);
  }

  void find(std::string_view bytes, std::vector<std::size_t>& ends) const {
    const auto keys = bytes.size() < key_bytes ? 0 : bytes.size() - key_bytes + 1;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      const bool maybe_long = at < keys && keys_[key(bytes.data() + at)];
      if (maybe_long || short_first_[static_cast<unsigned char>(bytes[at])]) look(bytes, at, maybe_long, ends);
    }
    std::ranges::sort(ends);
  }

 private:
  static constexpr std::size_t key_bytes = 4;
  static std::uint16_t key(const char* at) { return static_cast<std::uint16_t>(hash_of_four<16>(at)); }

  void look(std::string_view bytes, std::size_t at, bool maybe_long, std::vector<std::size_t>& ends) const {
    const auto rest = bytes.substr(at);
    for (const auto needle : short_)
      if (rest.starts_with(needle)) ends.push_back(at + needle.size());
    if (!maybe_long) return;
    const auto word = key(rest.data());
    const auto first = std::lower_bound(long_.begin(), long_.end(), std::pair(word, std::string_view()));
    for (auto row = first; row != long_.end() && row->first == word; ++row)
      if (rest.starts_with(row->second)) ends.push_back(at + row->second.size());
  }

  std::bitset<65536> keys_;
  std::vector<std::pair<std::uint16_t, std::string_view>> long_;
  std::vector<std::string_view> short_;  // "[#", "+0x"
  std::array<bool, 256> short_first_{};
};

class TableSearch final : public Search {
 public:
  void find(std::string_view bytes, std::vector<std::size_t>& ends) override {
    static const Table table;
    table.find(bytes, ends);
  }
};

}  // namespace

std::unique_ptr<Search> table_search() { return std::make_unique<TableSearch>(); }

}  // namespace unoops::scan
