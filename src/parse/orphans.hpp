// What no open report takes: a trace without a head, and what is left of a report whose head is lost.
#pragma once

#include <vector>

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
  // Kept, because making them for every line costs: an empty report, to see what would be read if there were one, and
  // what the line may be.
  OpenReport probe_;
  std::vector<SectionHit> hits_;
};

}  // namespace unoops::parse
