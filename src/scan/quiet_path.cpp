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
    if (splitter_.at_line() && (reader_.is_quiet() || settles(at, end))) at = take(at, end);
    if (at == end) break;
    const char* const stop = line_end(at, end);
    const char* const behind = stop ? stop + 1 : end;
    splitter_.feed({at, static_cast<std::size_t>(behind - at)});
    if (refused_ && stop) reader_.learn({at, static_cast<std::size_t>(stop - at)});
    at = behind;
  }
}

// A line as wide as a screen waits for its rest, and the next one is none: else a flood of lines that are equally long would
// be read line by line.
bool QuietPath::settles(const char* at, const char* end) {
  return reader_.waits_at_edge() && (at < searched_to_ || search(at, end)) && is_plain(at) && reader_.settle_edge();
}

// Takes lines up to the first that the reader has to take apart, or whose end is not there yet.
const char* QuietPath::take(const char* from, const char* end) {
  const char* at = from;
  bool quiet = parser_.is_quiet();
  for (PlainLine plain; at < searched_to_ || search(at, end);) {
    const RawLine next{splitter_.lines() + 1, splitter_.offset(), {}, true, false};
    if (const auto run = quiet ? pass_alike(at, next) : PlainRun{}; run.lines != 0) {
      const char* const behind = searched_from_ + run.end;
      splitter_.skip(run.lines, static_cast<std::uint64_t>(behind - at));
      passed_ += run.lines;
      at = behind;
      continue;
    }
    const char* const stop = line_end(at, searched_to_);
    const std::string_view bytes(at, static_cast<std::size_t>(stop - at));
    const auto line = without_return(bytes);
    auto needs = needs_of(at, stop);
    if (needs == Needs::reader) break;
    refused_ = !reader_.look_at(line, marks_, plain) || (plain.at_edge && !is_plain(stop + 1));
    if (refused_ || !reader_.is_next(plain)) break;
    if (plain.decoded && holds_needle(plain.text)) break;
    if (needs == Needs::unescaping && plain.form != PlainLine::Form::kmsg) break;
    PlainLine said = plain;
    if (needs == Needs::unescaping && quiet && reader_.undo_tabs(said) && !holds_needle(said.text)) needs.reset();
    const RawLine passed{next.number, next.offset, line, true, false};
    if (quiet && !needs && parser_.pass(next.number, said)) {
      reader_.pass(passed, plain);
      ++passed_;
    } else {
      parser_.catch_up();
      const bool bare = needs.value_or(Needs::frame) == Needs::frame;
      if (!reader_.hand_out({next.number, next.offset, bytes, true, false}, passed, plain, bare)) break;
      quiet = parser_.is_quiet();
    }
    splitter_.skip(1, bytes.size() + 1);
    at = stop + 1;
  }
  if (at == from) return at;
  reader_.catch_up();
  parser_.catch_up();
  return at;
}

// Most lines: of them the parser keeps no more than the last few.
PlainRun QuietPath::pass_alike(const char* at, const RawLine& first) {
  auto run = reader_.pass_alike(marks_, place_of(at), {next_needle(at), known_beginnings(), beginning_of}, first);
  if (run.lines == 0) return run;
  const auto kept = std::min<std::uint64_t>(run.said, run.last.size());
  parser_.pass_unseen(run.said - kept, run.parts, first.number + run.lines - 1);
  for (auto n = run.said - kept; n != run.said; ++n) {
    const auto& line = run.last[n % run.last.size()];
    const auto bytes = marks_.block().substr(line.begin, marks_.newline(line.begin) - line.begin);
    parser_.pass_plain(reader_.look_like_last(without_return(bytes)), first.number + line.index, line.part);
  }
  return run;
}

// The line that begins here, if it is among those that were searched.
bool QuietPath::is_plain(const char* line) const {
  if (line >= searched_to_) return false;
  PlainLine plain;
  const auto* const stop = line_end(line, searched_to_);
  return reader_.look_at(without_return({line, static_cast<std::size_t>(stop - line)}), marks_, plain);
}

// The next lines from here on; false: there is no whole one.
bool QuietPath::search(const char* from, const char* end) {
  const auto size = std::min(TextMarks::most, static_cast<std::size_t>(end - from));
  const auto last = std::string_view(from, size).rfind('\n');
  if (last == std::string_view::npos) return false;
  searched_from_ = from;
  searched_to_ = from + last + 1;
  marks_.mark({from, last + 1});
  hits_.clear();
  next_ = 0;
  search_->find({from, last}, hits_);
  return true;
}

// Where the first needle ends that ends behind `at`.
std::size_t QuietPath::next_needle(const char* at) {
  while (next_ < hits_.size() && hits_[next_].end <= place_of(at)) ++next_;
  return next_ < hits_.size() ? hits_[next_].end : TextMarks::none;
}

// Asked of words that do not stand so among the bytes that were searched.
bool QuietPath::holds_needle(std::string_view text) {
  decoded_hits_.clear();
  search_->find(text, decoded_hits_);
  return !decoded_hits_.empty();
}

// Of the needles of the line the one that needs most; nothing: it has none.
std::optional<Needs> QuietPath::needs_of(const char* at, const char* stop) {
  if (next_needle(at) > place_of(stop)) return std::nullopt;
  auto most = hits_[next_].needs;
  for (auto hit = next_; hit < hits_.size() && hits_[hit].end <= place_of(stop); ++hit)
    most = std::max(most, hits_[hit].needs);
  return most;
}

}  // namespace unoops::scan
