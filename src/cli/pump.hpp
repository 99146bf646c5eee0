// Sources → parser, with what --follow and a pausing pipe need.
#pragma once

#include <cstdint>

#include "cli/options.hpp"
#include "unoops/report_parser.hpp"

namespace unoops {

struct Pumped {
  std::uint64_t lines = 0;
  bool failed = false;       // a source could not be read; said on standard error
};

Pumped pump(const Options&, ReportParser&);

void stop_pumping();         // from a signal handler: what was read is still printed

}  // namespace unoops
