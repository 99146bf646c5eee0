// Does a report expect this line now? The grammar of a report, as far as it tells two interleaved ones apart.
#pragma once

#include <cstdint>

#include "base/rooms.hpp"
#include "grammar/frame_line.hpp"
#include "parse/evidence.hpp"
#include "parse/open_report.hpp"
#include "parse/section_index.hpp"

namespace unoops::parse {

// What a report has read so far, found out once a line, however many ways there are to read that. Where other reports
// are open, too (`among`), what the line says is compared with what the report knows.
class Expecting {
 public:
  Expecting(const OpenReport&, bool among);
  Fit line(const SectionHit&, const LogLine&) const;
  Fit frame(const FrameLine&) const;

 private:
  const ReportBuilder& builder_;
  const bool among_;
  const std::uint64_t states_;
};

}  // namespace unoops::parse
