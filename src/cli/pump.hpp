// Sources → parser, with what --follow and a pausing pipe need.
#pragma once

#include <cstdint>
#include <functional>
#include <ostream>

#include "base/rooms.hpp"
#include "cli/options.hpp"
#include "unoops/annotate.hpp"
#include "unoops/report_parser.hpp"

namespace unoops::cli {

struct Pumped {
  std::uint64_t lines = 0;
  bool failed = false;  // a source could not be read; said on standard error
};

// The annotator (may be null) gets every line as it stands, behind the parser, so that it knows what the parser knows.
// `paused` is called when a source pauses and the parser has handed out what is complete.
Pumped pump(const Options&, ReportParser&, Annotator*, std::ostream& out, const std::function<void()>& paused);

void stop_pumping();  // from a signal handler: what was read is still printed

}  // namespace unoops::cli
