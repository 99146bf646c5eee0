// "CPU: 1 UID: 0 PID: 771 Comm: demo Tainted: G  W  6.12.1 #1 PREEMPT(full) BUILDID" and its elders.
#pragma once

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"
#include "grammar/scanner.hpp"

namespace unoops::grammar {

// What the line says, whatever its age (lib/dump_stack.c dump_stack_print_info: v3.9; UID since v6.11, PREEMPT behind
// since v6.15).
struct CpuLine {
  std::optional<int> cpu;
  std::optional<std::int64_t> pid, uid;
  std::string_view comm, taint, release, version, build_id;
};
std::optional<CpuLine> read_cpu_line(std::string_view text);

// "Tainted: G        W         6.1.0 #1 ..." or "Not tainted 6.1.0 #1 ...": from there to the end of the line.
bool read_taint_and_release(std::string_view text, CpuLine& out);

}  // namespace unoops::grammar
