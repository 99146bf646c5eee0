// What a memory dump tells of the reports in its log.
#pragma once

#include "base/rooms.hpp"
#include "parse/open_reports.hpp"
#include "unoops/source.hpp"

namespace unoops::parse {

// The log of a dump ended: the report that brought the crash kernel up is told so.
void crash(const CrashDump&, OpenReports&, const Trace*);

// The kernel's identity, where the report's own lines lack it.
void take_dump(const CrashDump&, OpenReport&);

}  // namespace unoops::parse
