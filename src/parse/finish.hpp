// The last look at a report: its kind, culprit, title, signature, and what about it can't be trusted.
#pragma once

#include "base/rooms.hpp"
#include "parse/open_report.hpp"

namespace unoops::parse {

void finish(OpenReport&);

}  // namespace unoops::parse
