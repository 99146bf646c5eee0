#include "scan/quiet_path.hpp"

#include <algorithm>
#include <cstring>

namespace unoops::scan {
namespace {

constexpr std::size_t window = 16 * 1024;         // searched at once: a report that opens needs no more
constexpr std::uint64_t large = 4 * 1024 * 1024;  // bytes from which on the automaton pays for itself

const char* line_end(const char* from, const char* end) {
  return static_cast<const char*>(std::memchr(from, '\n', static_cast<std::size_t>(end - from)));
}

// A serial console's \r is no part of the line; more than one is for the reader.
std::string_view without_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

void QuietPath::feed(std::string_view bytes) {
  if (bytes_ < large && bytes_ + bytes.size() >= large)
    if (auto faster = vector_search()) search_ = std::move(faster);
  bytes_ += bytes.size();
  searched_from_ = searched_to_ = nullptr;
  const char *at = bytes.data(), *const end = at + bytes.size();
  while (at != end) {
    refused_ = false;
    if (is_quiet()) at = pass(at, end);
    if (at == end) break;
    const char* const stop = line_end(at, end);
    const char* const behind = stop ? stop + 1 : end;
    splitter_.feed({at, static_cast<std::size_t>(behind - at)});
    if (refused_ && stop) reader_.learn({at, static_cast<std::size_t>(stop - at)});
    at = behind;
  }
}

// Passes lines up to the first that has to be read, or whose end is not there yet.
const char* QuietPath::pass(const char* from, const char* end) {
  const char* at = from;
  std::uint64_t lines = 0;
  for (PlainLine plain; at < searched_to_ || search(at, end); ++lines) {
    const char* const like_last = reader_.look_like_last(at, searched_to_, plain);
    const char* const stop = like_last ? like_last : line_end(at, searched_to_);
    const auto line = without_return({at, static_cast<std::size_t>(stop - at)});
    const auto number = splitter_.lines() + lines + 1;
    if (has_needle(at, stop)) break;
    refused_ = !like_last && (!reader_.look_at(line, plain) || (plain.at_edge && !is_plain(stop + 1)));
    if (refused_ || !reader_.is_next(plain) || !parser_.pass(number, plain)) break;
    reader_.pass({number, splitter_.offset() + static_cast<std::uint64_t>(at - from), line, true, false}, plain);
    at = stop + 1;
  }
  if (lines == 0) return at;
  passed_ += lines;
  splitter_.skip(lines, static_cast<std::uint64_t>(at - from));
  reader_.catch_up();
  parser_.catch_up();
  return at;
}

// The line that begins here, if it is among those that were searched.
bool QuietPath::is_plain(const char* line) const {
  if (line >= searched_to_) return false;
  PlainLine plain;
  const auto* const stop = line_end(line, searched_to_);
  return reader_.look_at(without_return({line, static_cast<std::size_t>(stop - line)}), plain);
}

// The next lines from here on; false: there is no whole one.
bool QuietPath::search(const char* from, const char* end) {
  const auto size = std::min(window, static_cast<std::size_t>(end - from));
  const auto last = std::string_view(from, size).rfind('\n');
  if (last == std::string_view::npos) return false;
  searched_from_ = from;
  searched_to_ = from + last + 1;
  ends_.clear();
  next_ = 0;
  search_->find({from, last}, ends_);
  return true;
}

bool QuietPath::has_needle(const char* line, const char* line_end) {
  const auto begin = static_cast<std::size_t>(line - searched_from_);
  while (next_ < ends_.size() && ends_[next_] <= begin) ++next_;
  const auto end = static_cast<std::size_t>(line_end - searched_from_);
  return next_ < ends_.size() && ends_[next_] <= end;
}

}  // namespace unoops::scan
