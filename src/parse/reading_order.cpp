#include "parse/reading_order.hpp"

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "grammar/frame_line.hpp"
#include "parse/entry_order.hpp"

namespace unoops::parse {
namespace {

constexpr std::size_t screenful = 128;  // lines
constexpr unsigned long_enough = 4096;  // lines that told nothing
// Votes. A new boot in the log is one fall of the times, and clocks of several CPUs or hosts fall now and then.
constexpr unsigned enough_up = 2, enough_down = 4, at_least = 2, times_as_many = 3;

// Below 0: `now` is earlier. Stamps of one form are compared where they begin to differ, which must be at a digit:
// names of days and months have no order of their own.
int compare_stamps(std::string_view before, std::string_view now) {
  if (before.size() != now.size()) return 0;
  const auto [a, b] = std::ranges::mismatch(before, now);
  if (a == before.end()) return 0;
  const auto is_number = [](char c) { return is_digit(c) || c == ' '; };
  return is_number(*a) && is_number(*b) ? (*b > *a ? 1 : -1) : 0;
}

template <class Number>
int compare(Number before, Number now) {
  return now == before ? 0 : now > before ? 1 : -1;
}

constexpr int rows = 64;  // of a register dump
constexpr int place_of(SectionId id) { return (static_cast<int>(id) + 1) * rows; }

// Lines that a report has once, in this order on most architectures: the one or the other pair that is printed the
// other way round is outvoted.
int rank_of(const Section& section) {
  switch (section.id) {
    case SectionId::detail:
    case SectionId::die:
    case SectionId::cpu:
    case SectionId::task_info:
    case SectionId::pc:
    case SectionId::code:
    case SectionId::registers:
    case SectionId::trace_start:
    case SectionId::end_mark:
      return place_of(section.id) + section.order;
    default:
      return 0;
  }
}

bool begins_trace(int rank) { return rank / rows * rows == place_of(SectionId::trace_start); }

}  // namespace

ReadingOrder::Neighbour ReadingOrder::look_at(const LogLine& line) {
  Neighbour out{.time_us = line.time_us, .wall_time = std::string(line.wall_time), .symbol = {}};
  if (!line.kernel) return out;
  // Asked first, because an architecture's trace may begin as its frames do: s390's "[<".
  if (FrameLine frame; read_frame(line.text, frame)) {
    out.in_trace = true;
    out.symbol = frame.ref.symbol;
    return out;
  }
  hits_.clear();
  find_sections(line.text, hits_);
  for (const auto& hit : hits_) {
    if (hit.shape || hit.section->starts.empty()) continue;
    out.rank = rank_of(*hit.section);
    out.in_trace = hit.id() == SectionId::trace_mark;
    break;
  }
  return out;
}

void ReadingOrder::vote(const LogLine& line) {
  Neighbour now = look_at(line);
  if (before_) {
    const Neighbour& then = *before_;
    int by_time = 0;
    if (then.time_us && now.time_us)
      by_time = compare(*then.time_us, *now.time_us);
    else
      by_time = compare_stamps(then.wall_time, now.wall_time);
    int by_place = 0;
    if (then.rank && now.rank)
      by_place = compare(then.rank, now.rank);
    else if (begins_trace(then.rank) && now.in_trace)
      by_place = 1;
    else if (then.in_trace && begins_trace(now.rank))
      by_place = -1;
    else if (!then.symbol.empty() && !now.symbol.empty())
      by_place = is_next(then.symbol, now.symbol) ? 1 : is_next(now.symbol, then.symbol) ? -1 : 0;
    for (const int one : {by_time, by_place}) {
      up_ += one > 0;
      down_ += one < 0;
    }
  }
  before_ = std::move(now);
}

void ReadingOrder::keep(const LogLine& line) {
  kept_.emplace_back(line);
  bytes_ += sizeof(input::KeptLine) + line.raw.size() + line.text.size();
}

void ReadingOrder::decide() {
  const bool late = state_ == State::watching;
  if (up_ >= down_ + enough_up) {
    release();
    state_ = State::forward;
  } else if (down_ >= enough_down && down_ >= times_as_many * up_) {
    state_ = late ? State::forward : State::reverse;
    say(late ? "the log has its newest line on top: turn it over first (tac LOG | unoops)"
             : "the log has its newest line on top: it is read from its end");
  } else if (!late && kept_.size() >= screenful && down_ <= up_) {
    release();
    state_ = State::watching;
  } else if (late && ++watched_ >= long_enough) {
    state_ = State::forward;
  }
}

void ReadingOrder::take(const LogLine& line) {
  if (state_ == State::forward) return deliver_(line);
  if (state_ == State::watching) {
    deliver_(line);
  } else {
    keep(line);
  }
  if (state_ != State::reverse) {
    if (!line.goes_on) vote(line);
    return decide();
  }
  if (bytes_ < limits::turned_bytes) return;
  say("the log has its newest line on top, and is too long to be turned over at once: a report may be torn where it "
      "was "
      "divided; turn it over first (tac LOG | unoops)");
  turn_over();
}

// In their order.
void ReadingOrder::release() {
  for (const auto& kept : std::exchange(kept_, {})) deliver_(kept.line());
  bytes_ = 0;
}

// The records from the last to the first; the lines of one stand in their order.
void ReadingOrder::turn_over() {
  const auto lines = std::exchange(kept_, {});
  bytes_ = 0;
  for (auto end = lines.size(); end > 0;) {
    auto first = end - 1;
    while (first > 0 && lines[first].line().goes_on) --first;
    for (auto i = first; i < end; ++i) deliver_(lines[i].line());
    end = first;
  }
}

void ReadingOrder::flush() {
  if (state_ == State::open && down_ <= up_) release();
}

void ReadingOrder::finish() {
  const bool falls = state_ == State::open && down_ >= at_least && down_ >= times_as_many * up_;
  if (falls) say("the log has its newest line on top: it is read from its end");
  if (falls || state_ == State::reverse)
    turn_over();
  else
    release();
  state_ = State::open;
  up_ = down_ = watched_ = 0;
  before_.reset();
}

}  // namespace unoops::parse
