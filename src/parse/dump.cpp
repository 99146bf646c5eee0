#include "parse/dump.hpp"

#include <algorithm>

#include "kinds/live_dump.hpp"
#include "parse/finish.hpp"

namespace unoops::parse {

// oops_end() calls crash_kexec() before it prints the end trace, and nothing says "Kernel panic" (v6.1
// arch/x86/kernel/dumpstack.c oops_end, arch/arm64/kernel/traps.c die). panic() prints first, and hands over then.
void crash(const CrashDump& dump, OpenReports& reports, const Trace* trace) {
  if (dump.crash_time.empty()) return;
  OpenReport* last = nullptr;
  for (auto& open : reports) {
    if (open.report().panic) {  // panic() hands over as well, once it has said so
      if (open.report().wall_time.empty()) open.report().wall_time = dump.crash_time;
      return;
    }
    const bool is_later = !last || open.ticks.last > last->ticks.last;
    if (open.died() && !open.builder.ended && is_later) last = &open;
  }
  if (!last) return;
  auto& r = last->report();
  r.panic = Panic{.reason = {}, .line = r.line_last, .kexec = true};
  r.wall_time = dump.crash_time;
  if (trace) trace->of(*last, "brought the crash kernel up: the dump has a CRASHTIME, and the report has no end");
}

namespace {

void take_dump(const CrashDump& dump, Report& r) {
  if (r.kernel.release.empty()) r.kernel.release = dump.release;
  if (r.kernel.build_id.empty() && r.kernel.release == dump.release) r.kernel.build_id = dump.build_id;
  if (!r.arch) r.arch = dump.arch;
  if (!r.kernel_offset) r.kernel_offset = dump.kernel_offset;
  r.machine.emplace().dump_level = dump.dump_level;
}

}  // namespace

void take_dump(const CrashDump& dump, OpenReport& open) {
  take_dump(dump, open.report());
  if (!open.arch) open.arch = arch::row_of(dump.arch);
}

Report begin_live(const CrashDump& dump, const Kernel& kernel) {
  Report r;
  r.kind = &kind_with(Trait::not_stopped).info;
  r.severity = r.kind->severity;
  r.kernel = kernel;
  take_dump(dump, r);
  return r;
}

void finish_live(Report& r) {
  if (hangs(r)) r.severity = Severity::error;
  r.title = kind_with(Trait::not_stopped).title_of(r, {});
  r.signature = signature_of(r, {});
}

}  // namespace unoops::parse
