// Which of several open reports a line belongs to, where the log has no caller ids, and where nobody can tell.
#pragma once

#include <cstdint>
#include <span>

#include "base/rooms.hpp"
#include "parse/expects.hpp"
#include "parse/open_reports.hpp"

namespace unoops::parse {

// A way to read a line.
struct Candidate {
  OpenReport* open;
  SectionHit hit;
  Fit fit;
  bool called;  // the caller ids say that it is this report's line
};

// The surest first.
void sort_by_fit(std::span<Candidate>, const OpenReports&, const LogLine&);

// No line of the report is to be expected: it was silent for long, or its CPU prints a later report, which goes on to
// its end before this one does.
bool is_behind(const OpenReport&, const OpenReports&, const LogLine&);

// The line was taken by `taken`, which had read so many frames before. Notes for all reports that could have taken it
// that what they read from here on may be another's. True: there is such a report.
bool note_contests(std::span<const Candidate>, const Candidate& taken, std::size_t settled);

// True: another report began since `tick`. Frames that come now may be its own, if the heading of its trace was lost.
bool broken_into(const OpenReports&, std::uint64_t tick);

// A frame that no report expects belongs to one of the reports that are printed by turns. The first of those; null:
// there are none.
OpenReport* find_by_turns(OpenReports&, const LogLine&);

}  // namespace unoops::parse
