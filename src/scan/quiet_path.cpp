#include "scan/quiet_path.hpp"

#include <algorithm>
#include <cstring>

#include "parse/section_index.hpp"

namespace unoops::scan {
namespace {

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
  for (PlainLine plain; at < searched_to_ || search(at, end);) {
    const RawLine next{
        splitter_.lines() + lines + 1, splitter_.offset() + static_cast<std::uint64_t>(at - from), {}, true, false};
    if (const auto passed = pass_alike(at, next); passed.lines != 0) {
      lines += passed.lines;
      at = searched_from_ + passed.end;
      continue;
    }
    const char* const stop = line_end(at, searched_to_);
    const auto line = without_return({at, static_cast<std::size_t>(stop - at)});
    if (next_needle(at) <= place_of(stop)) break;
    refused_ = !reader_.look_at(line, plain) || (plain.at_edge && !is_plain(stop + 1));
    if (refused_ || !reader_.is_next(plain) || !parser_.pass(next.number, plain)) break;
    reader_.pass({next.number, next.offset, line, true, false}, plain);
    at = stop + 1;
    ++lines;
  }
  if (lines == 0) return at;
  passed_ += lines;
  splitter_.skip(lines, static_cast<std::uint64_t>(at - from));
  reader_.catch_up();
  parser_.catch_up();
  return at;
}

// Most lines: of them the parser keeps no more than the last few.
PlainRun QuietPath::pass_alike(const char* at, const RawLine& first) {
  static constexpr auto begins = [](std::string_view text) { return beginning_of(text) != Beginning::unknown; };
  auto run = reader_.pass_alike(marks_, place_of(at), {next_needle(at), known_beginnings(), begins}, first);
  if (run.lines == 0) return run;
  const auto kept = std::min<std::uint64_t>(run.said, run.last.size());
  parser_.pass_unseen(run.said - kept, first.number + run.lines - 1);
  for (auto n = run.said - kept; n != run.said; ++n) {
    const auto& line = run.last[n % run.last.size()];
    const auto bytes = marks_.block().substr(line.begin, marks_.newline(line.begin) - line.begin);
    parser_.pass_plain(reader_.look_like_last(without_return(bytes)), first.number + line.index);
  }
  return run;
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
  const auto size = std::min(TextMarks::most, static_cast<std::size_t>(end - from));
  const auto last = std::string_view(from, size).rfind('\n');
  if (last == std::string_view::npos) return false;
  searched_from_ = from;
  searched_to_ = from + last + 1;
  marks_.mark({from, last + 1});
  ends_.clear();
  next_ = 0;
  search_->find({from, last}, ends_);
  return true;
}

// Where the first needle ends that ends behind `at`.
std::size_t QuietPath::next_needle(const char* at) {
  while (next_ < ends_.size() && ends_[next_] <= place_of(at)) ++next_;
  return next_ < ends_.size() ? ends_[next_] : TextMarks::none;
}

}  // namespace unoops::scan
