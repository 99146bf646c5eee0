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

// A report began since `tick`, in the midst of a trace: what follows may be its own, its heading lost.
bool broken_into(const OpenReports&, std::uint64_t tick);

// A frame that no report expects, among the lines of reports that are printed by turns, is of one of them. The first;
// null: there is none.
OpenReport* find_by_turns(OpenReports&, const LogLine&);

}  // namespace unoops::parse
