// makedumpfile -F writes for pipes: instead of seeking it says before each piece where that belongs (makedumpfile 1.7.2
// makedumpfile.h struct makedumpfile_header, struct makedumpfile_data_header; both big-endian). Pieces come in any order,
// a later one replaces what an earlier one wrote, and what none wrote is zero. QEMU writes the same (dump/dump.c).
#include <algorithm>
#include <limits>
#include <queue>
#include <vector>

#include "memory/bytes.hpp"
#include "memory/storage.hpp"

namespace unoops::memory {
namespace {

constexpr std::size_t header_bytes = 4096;  // MAX_SIZE_MDF_HEADER
constexpr std::size_t piece_header_bytes = 16;
// makedumpfile writes pieces of some 10 KB: 80 GB. A piece costs 24 bytes.
constexpr std::size_t most_pieces = 8 << 20;

struct Piece {
  std::uint64_t begin, end;  // where it belongs
  std::uint64_t at;          // where its bytes are: the later one wins
};

// Sorted, and without overlaps: where several pieces lie over one another, the one that was written last stays.
std::vector<Piece> settled(std::vector<Piece> pieces) {
  std::ranges::sort(pieces, {}, &Piece::begin);
  const auto covered = [](const Piece& a, const Piece& b) { return b.begin < a.end; };
  if (std::ranges::adjacent_find(pieces, covered) == pieces.end()) return pieces;
  const auto older = [](const Piece& a, const Piece& b) { return a.at < b.at; };
  std::priority_queue<Piece, std::vector<Piece>, decltype(older)> live(older);
  std::vector<Piece> out;
  std::uint64_t from = 0;
  for (std::size_t next = 0; next < pieces.size() || !live.empty();) {
    if (live.empty()) from = std::max(from, pieces[next].begin);
    while (next < pieces.size() && pieces[next].begin <= from) live.push(pieces[next++]);
    const Piece top = live.top();
    if (top.end <= from) {
      live.pop();
      continue;
    }
    const auto until = next < pieces.size() ? std::min(top.end, pieces[next].begin) : top.end;
    const auto at = top.at + (from - top.begin);
    if (!out.empty() && out.back().end == from && out.back().at + (from - out.back().begin) == at)
      out.back().end = until;
    else
      out.push_back({from, until, at});
    from = until;
  }
  return out;
}

class Flattened final : public Storage {
 public:
  Flattened(std::unique_ptr<Storage> file, std::vector<Piece> pieces, bool whole)
      : file_(std::move(file)), pieces_(settled(std::move(pieces))), whole_(whole) {}

  bool read(std::uint64_t at, std::span<std::byte> out) const override {
    if (at > size() || out.size() > size() - at) return false;
    auto piece = std::ranges::upper_bound(pieces_, at, {}, &Piece::end);
    while (!out.empty()) {
      const bool here = piece != pieces_.end() && piece->begin <= at;
      const auto until = here ? piece->end : piece != pieces_.end() ? piece->begin : size();
      const auto part = out.first(std::min<std::uint64_t>(out.size(), until - at));
      if (!here && !whole_) return false;  // its piece may be among those that are missing
      if (!here)
        std::ranges::fill(part, std::byte{0});
      else if (!file_->read(piece->at + (at - piece->begin), part))
        return false;
      if (here) ++piece;
      at += part.size();
      out = out.subspan(part.size());
    }
    return true;
  }
  std::uint64_t size() const override { return pieces_.empty() ? 0 : pieces_.back().end; }

 private:
  std::unique_ptr<Storage> file_;
  std::vector<Piece> pieces_;
  bool whole_;
};

}  // namespace

Expected<std::unique_ptr<Storage>> unflattened(std::unique_ptr<Storage> file) {
  constexpr std::uint64_t end_mark = std::numeric_limits<std::uint64_t>::max();  // -1
  std::vector<Piece> pieces;
  bool whole = false;
  for (std::uint64_t at = header_bytes; !whole;) {
    std::byte header[piece_header_bytes];
    if (!file->read(at, header)) break;
    at += piece_header_bytes;
    const auto begin = big64(header, 0), size = big64(header, 8);
    whole = begin == end_mark && size == end_mark;
    const auto left = file->size() - at;
    if (whole || begin > end_mark / 4 || size > end_mark / 4) break;
    if (pieces.size() == most_pieces)
      return tl::unexpected(
          Error{"a flattened memory dump of too many pieces: put them in order first "
                "(makedumpfile -R NEW < DUMP) and give unoops NEW"});
    if (size != 0) pieces.push_back({begin, begin + std::min(size, left), at});
    if (size >= left) break;
    at += size;
  }
  return std::make_unique<Flattened>(std::move(file), std::move(pieces), whole);
}

}  // namespace unoops::memory
