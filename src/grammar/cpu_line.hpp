// "CPU: 1 UID: 0 PID: 771 Comm: demo Tainted: G  W  6.12.1 #1 PREEMPT(full) BUILDID" and its elders.
#pragma once

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"
#include "grammar/scanner.hpp"

namespace unoops::grammar {

// What the line says, whatever its age (lib/dump_stack.c dump_stack_print_info: v3.9; UID since v6.11, PREEMPT behind
// since v6.15). To v3.8 each architecture had its own:
//   "Pid: 14359, comm: apache2 Tainted: P           O 3.3.0 #1 Vendor Board"     x86 (arch/x86/kernel/process.c)
//   "Pid: 812, comm: reader Not tainted (2.6.29 #1) Board"                       i386 (process_32.c)
//   "Pid: 812, CPU 1, comm:                reader"                               ia64 (process.c)
//   "CPU: 0    Not tainted  (3.4.0 #1)"                                          arm, s390 (process.c)
struct CpuLine {
  std::optional<int> cpu;
  std::optional<std::int64_t> pid, uid;
  std::string_view comm, taint, release, version, build_id, hardware;
  std::string_view half_release;  // its line ends there
};
std::optional<CpuLine> read_cpu_line(std::string_view text);

// "Tainted: G        W         6.1.0 #1 ..." or "Not tainted 6.1.0 #1 ...": from there to the end of the line.
bool read_taint_and_release(std::string_view text, CpuLine& out);

// "(2.6.16 #3)", at the scanner; moves past it.
bool read_release_in_brackets(Scanner&, CpuLine& out);

}  // namespace unoops::grammar
