// Does a report expect this line now? The grammar of a report, as far as it tells two interleaved ones apart.
#pragma once

#include "base/rooms.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/report_builder.hpp"
#include "parse/sections.hpp"

namespace unoops::parse {

enum class Fit {
  no,        // not its line
  unlikely,  // where nobody else takes it
  maybe,
  likely,
  surely,
  proven,  // the line names what the report knows
};
Fit fit(const ReportBuilder&, const SectionHit&);
Fit fit_frame(const ReportBuilder&);
// The same where other reports are open, too: what the line says is compared with what the report knows.
Fit fit_among(const ReportBuilder&, const SectionHit&, const LogLine&);
Fit fit_frame_among(const ReportBuilder&, const FrameLine&);

// The caller ids speak: same, unknown, or another's.
enum class SameCaller { no, unknown, yes };
SameCaller same_caller(const ReportBuilder&, const LogLine&);

}  // namespace unoops::parse
