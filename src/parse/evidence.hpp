// What a line says, compared with what the report knows: the second step of parse/expects, where several reports are
// open.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/report_builder.hpp"
#include "parse/section_index.hpp"

namespace unoops::parse {

// How well a line fits a report.
enum class Fit {
  no,        // not its line
  unlikely,  // its line only where no other report takes it
  maybe,
  likely,
  surely,
  proven,  // the line names what the report knows
};
std::string_view words_of(Fit);

// `fit` is what the report's state says of the line. The text is trimmed.
Fit weigh(const ReportBuilder&, const SectionHit&, std::string_view text, Fit fit);
Fit weigh_frame(const ReportBuilder&, const FrameLine&, Fit fit);

}  // namespace unoops::parse
