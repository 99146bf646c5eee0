// What no open report takes: a trace without a head, and what is left of a report whose head is lost.
#pragma once

#include "base/rooms.hpp"
#include "parse/open_reports.hpp"

namespace unoops::parse {

class Orphans {
 public:
  Orphans(OpenReports& reports, const Trace* trace) : reports_(reports), trace_(trace) {}

  // Opens a report for the line; false: it is nothing of a report.
  bool read(const LogLine&);

 private:
  bool read_remainder(const LogLine&);
  bool read_frame(const LogLine&);
  bool read_section(const LogLine&);
  bool open_headless(const LogLine&, const SectionHit&);

  OpenReports& reports_;
  const Trace* trace_;
  OpenReport probe_;  // empty: what would be read if there were a report; making one for every line costs
};

}  // namespace unoops::parse
