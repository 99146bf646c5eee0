// Does a report expect this line now? The grammar of a report, as far as it tells two interleaved ones apart.
#pragma once

#include "base/rooms.hpp"
#include "grammar/frame_line.hpp"
#include "parse/evidence.hpp"
#include "parse/open_report.hpp"
#include "parse/section_index.hpp"

namespace unoops::parse {

// By what the report has read so far.
Fit expects(const OpenReport&, const SectionHit&);
Fit expects_frame(const OpenReport&);
// The same where other reports are open, too: what the line says is compared with what the report knows.
Fit expects_among(const OpenReport&, const SectionHit&, const LogLine&);
Fit expects_frame_among(const OpenReport&, const FrameLine&);

}  // namespace unoops::parse
