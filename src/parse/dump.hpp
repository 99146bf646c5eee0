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

// Of a dump whose log tells of no crash, a report of the machine alone: what the dump and its log say of the kernel. Then,
// once its tasks are known, how bad it is.
Report begin_live(const CrashDump&, const Kernel&);
void finish_live(Report&);

}  // namespace unoops::parse
