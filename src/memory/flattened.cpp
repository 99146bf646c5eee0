// makedumpfile -F writes for pipes: instead of seeking it says before each piece where that belongs (makedumpfile 1.7.2
// makedumpfile.h struct makedumpfile_header, struct makedumpfile_data_header; both big-endian). Pieces come in any order,
// a later one replaces what an earlier one wrote, and what none wrote is zero. QEMU writes the same (dump/dump.c).
#include <algorithm>
#include <deque>
#include <limits>
#include <queue>
#include <vector>

#include "base/bytes.hpp"
#include "memory/storage.hpp"

namespace unoops::memory {
namespace {

constexpr std::size_t header_bytes = 4096;  // MAX_SIZE_MDF_HEADER
constexpr std::size_t piece_header_bytes = 16;
// makedumpfile writes pieces of some 10 KB: 80 GB of them cost 128 MB here.
constexpr std::size_t most_pieces = 8 << 20;
// Those that lie over others: QEMU and makedumpfile write the header's block again, and nothing else.
constexpr std::size_t most_overlapping = 1 << 18;
constexpr std::uint64_t most_offset = std::uint64_t{1} << 47;

struct Range {
  std::uint64_t begin, end;  // where it belongs
  std::uint64_t at;          // where its bytes are: the later one wins
};

// The same in 16 bytes, as there may be millions: two places of 48 bits, and a size of 32 between them.
class Piece {
 public:
  static constexpr std::uint64_t most_bytes = std::numeric_limits<std::uint32_t>::max();
  explicit Piece(const Range& r)
      : begin_(r.begin << 16 | (r.end - r.begin) >> 16), at_(r.at << 16 | ((r.end - r.begin) & 0xffff)) {}
  std::uint64_t begin() const { return begin_ >> 16; }
  std::uint64_t end() const { return begin() + ((begin_ & 0xffff) << 16 | (at_ & 0xffff)); }
  std::uint64_t at() const { return at_ >> 16; }
  Range range() const { return {begin(), end(), at()}; }

 private:
  std::uint64_t begin_, at_;
};
using Pieces = std::deque<Piece>;  // grows without a copy

void append(Pieces& pieces, Range range) {
  while (range.begin < range.end) {
    const auto size = std::min(range.end - range.begin, Piece::most_bytes);
    pieces.emplace_back(Range{range.begin, range.begin + size, range.at});
    range = {range.begin + size, range.end, range.at + size};
  }
}

// `sorted` ones that lie over one another: what was written last stays.
void append_uncovered(const std::vector<Range>& sorted, Pieces& out) {
  const auto older = [](const Range& a, const Range& b) { return a.at < b.at; };
  std::priority_queue<Range, std::vector<Range>, decltype(older)> live(older);
  std::uint64_t from = 0;
  for (std::size_t next = 0; next < sorted.size() || !live.empty();) {
    if (live.empty()) from = std::max(from, sorted[next].begin);
    while (next < sorted.size() && sorted[next].begin <= from) live.push(sorted[next++]);
    const Range top = live.top();
    if (top.end <= from) {
      live.pop();
      continue;
    }
    const auto until = next < sorted.size() ? std::min(top.end, sorted[next].begin) : top.end;
    append(out, {from, until, top.at + (from - top.begin)});
    from = until;
  }
}

// Sorts them, and leaves no two that lie over one another. False: too many do.
bool settle(Pieces& pieces) {
  std::ranges::sort(pieces, {}, &Piece::begin);
  Pieces uncovered;
  std::vector<Range> over_one_another;
  std::size_t kept = 0, overlapping = 0;
  std::uint64_t end = 0;
  const auto close = [&] {
    if (over_one_another.size() == 1)
      pieces[kept++] = Piece(over_one_another.front());
    else
      append_uncovered(over_one_another, uncovered);
    over_one_another.clear();
  };
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Range range = pieces[i].range();
    if (range.begin >= end) close();
    if (!over_one_another.empty() && ++overlapping > most_overlapping) return false;
    over_one_another.push_back(range);
    end = std::max(end, range.end);
  }
  close();
  pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(kept), pieces.end());
  pieces.insert(pieces.end(), uncovered.begin(), uncovered.end());
  if (!uncovered.empty()) std::ranges::sort(pieces, {}, &Piece::begin);
  return true;
}

// Small pieces stand many to a block, and each read costs more than a block's bytes.
class HeaderReader {
 public:
  explicit HeaderReader(const Storage& file) : file_(file) {}
  // Empty: the file ends before.
  std::span<const std::byte> at(std::uint64_t place) {
    const auto size = file_.size();
    if (place > size || size - place < piece_header_bytes) return {};
    if (place < begin_ || place - begin_ > block_.size() || block_.size() - (place - begin_) < piece_header_bytes) {
      block_.resize(std::min<std::uint64_t>(header_bytes, size - place));
      begin_ = place;
      if (!file_.read(place, block_)) block_.clear();
    }
    return std::span(block_).subspan(place - begin_, block_.empty() ? 0 : piece_header_bytes);
  }

 private:
  const Storage& file_;
  std::vector<std::byte> block_;
  std::uint64_t begin_ = 0;
};

class Flattened final : public Storage {
 public:
  Flattened(std::shared_ptr<const Storage> file, Pieces pieces, bool whole)
      : file_(std::move(file)), pieces_(std::move(pieces)), whole_(whole) {}

  bool read(std::uint64_t at, std::span<std::byte> out) const override {
    if (at > size() || out.size() > size() - at) return false;
    auto piece = std::ranges::upper_bound(pieces_, at, {}, &Piece::end);
    while (!out.empty()) {
      const bool here = piece != pieces_.end() && piece->begin() <= at;
      const auto until = here ? piece->end() : piece != pieces_.end() ? piece->begin() : size();
      const auto part = out.first(std::min<std::uint64_t>(out.size(), until - at));
      if (!here && !whole_) return false;  // its piece may be among those that are missing
      if (!here)
        std::ranges::fill(part, std::byte{0});
      else if (!file_->read(piece->at() + (at - piece->begin()), part))
        return false;
      if (here) ++piece;
      at += part.size();
      out = out.subspan(part.size());
    }
    return true;
  }
  std::uint64_t size() const override { return pieces_.empty() ? 0 : pieces_.back().end(); }

 private:
  std::shared_ptr<const Storage> file_;
  Pieces pieces_;
  bool whole_;
};

}  // namespace

Expected<std::unique_ptr<Storage>> unflattened(std::shared_ptr<const Storage> file) {
  constexpr std::uint64_t end_mark = std::numeric_limits<std::uint64_t>::max();  // -1
  const Error too_many{
      "a flattened memory dump of too many pieces: put them in order first (makedumpfile -R NEW < DUMP) and give "
      "unoops "
      "NEW"};
  Pieces pieces;
  HeaderReader headers(*file);
  bool whole = false;
  for (std::uint64_t at = header_bytes; !whole;) {
    const auto header = headers.at(at);
    if (header.empty()) break;
    at += piece_header_bytes;
    const auto begin = big64(header, 0), size = big64(header, 8);
    whole = begin == end_mark && size == end_mark;
    const auto left = file->size() - at;
    if (whole || begin >= most_offset || size >= most_offset || at >= most_offset) break;
    append(pieces, {begin, begin + std::min(size, left), at});
    if (pieces.size() > most_pieces) return tl::unexpected(too_many);
    if (size >= left) break;
    at += size;
  }
  if (!settle(pieces)) return tl::unexpected(too_many);
  return std::make_unique<Flattened>(std::move(file), std::move(pieces), whole);
}

}  // namespace unoops::memory
