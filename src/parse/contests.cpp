#include "parse/contests.hpp"

#include <algorithm>

namespace unoops::parse {
namespace {

constexpr std::uint64_t turn_ticks = 8;        // lines between two of a report that prints by turns with another
constexpr std::int64_t silent_us = 2'000'000;  // a report silent for so long is complete, if another prints

// What every dump of a CPU's state holds, in its order.
bool is_state(SectionId id) {
  return id == SectionId::cpu || id == SectionId::task_info || id == SectionId::pc || id == SectionId::code ||
         id == SectionId::registers || id == SectionId::trace_start;
}

// A CPU stores the lines of a dump within microseconds. Then one of those that print waits for the console, which it
// takes over after each line (v4.15 kernel/printk/printk.c console_trylock_spinning).
bool in_one_breath(const OpenReports& reports, const LogLine& line) {
  constexpr std::int64_t breath_us = 20;
  const auto& last = reports.last_touched().builder.last_time;
  return line.time_us && last && *line.time_us >= *last && *line.time_us - *last <= breath_us;
}

// Of two that dump a CPU's state by turns, the one that has waited longer is next.
bool waited(const Candidate& c, const OpenReports& reports, const LogLine& line) {
  if (!line.caller.empty() || (c.hit.section && !is_state(c.hit.id()))) return false;
  const auto since = reports.tick() - c.open->ticks.last;
  return line.time_us ? since > 1 && since <= turn_ticks : since == 2;
}

// Could the line as well belong to the other report? Frames look alike in all reports; other lines come in an order.
bool rivals(const Candidate& taken, const Candidate& other) {
  if (other.fit < taken.fit && (taken.hit.section || taken.fit == Fit::proven || other.fit < Fit::maybe)) return false;
  return other.hit.id() == taken.hit.id();
}

}  // namespace

void sort_by_fit(std::span<Candidate> candidates, const OpenReports& reports, const LogLine& line) {
  if (candidates.size() < 2) return;
  const bool goes_on = in_one_breath(reports, line);
  const auto before = [&](const Candidate& a, const Candidate& b) {
    if (a.called != b.called) return a.called;
    if (a.fit != b.fit) return a.fit > b.fit;
    return !goes_on && waited(a, reports, line) && !waited(b, reports, line);
  };
  if (!std::ranges::is_sorted(candidates, before)) std::ranges::stable_sort(candidates, before);
}

bool is_behind(const OpenReport& open, const OpenReports& reports, const LogLine& line) {
  const auto& d = open.builder;
  if (d.backtraces) return false;
  if (line.time_us && d.last_time && *line.time_us - *d.last_time > silent_us) return true;
  if (!d.report.cpu) return false;
  return std::ranges::any_of(reports, [&](const OpenReport& other) {
    return other.ticks.first > open.ticks.first && !other.builder.ended && other.report().cpu == d.report.cpu &&
           other.report().pid == d.report.pid;
  });
}

bool note_contests(std::span<const Candidate> candidates, const Candidate& taken, std::size_t settled) {
  if (taken.hit.section && !is_state(taken.hit.id()) && taken.hit.id() != SectionId::locks) return false;
  auto& winner = *taken.open;
  bool any = false;
  for (const auto& other : candidates) {
    auto& loser = *other.open;
    if (&loser == &winner || !rivals(taken, other)) continue;
    // A loser that has printed nothing since the winner began may be over. If it prints again, it was not.
    const bool by_turns = loser.ticks.last > winner.ticks.first;
    const auto note = [&](Contest& contest, std::size_t frames) {
      auto& at = by_turns ? contest.at : contest.maybe_at;
      if (!at) at = frames;
    };
    note(winner.contest, settled);
    note(loser.contest, loser.contest.settled);
    loser.contest.lost_turn |= !by_turns;
    any = true;
  }
  return any;
}

bool broken_into(const OpenReports& reports, std::uint64_t tick) {
  return std::ranges::any_of(
      reports, [&](const OpenReport& open) { return open.ticks.first > tick && !open.kind->is_one_line(); });
}

OpenReport* find_by_turns(OpenReports& reports, const LogLine& line) {
  if (!line.caller.empty()) return nullptr;
  for (auto& open : reports)
    if (open.contest.at && open.builder.block.trace && !open.builder.ended &&
        reports.tick() - open.ticks.last <= turn_ticks)
      return &open;
  return nullptr;
}

}  // namespace unoops::parse
