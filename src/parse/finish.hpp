// The last look at a report: its kind, culprit, title, signature, and what about it can't be trusted.
#pragma once

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"

namespace unoops::parse {

void finish(ReportBuilder&);

}  // namespace unoops::parse
