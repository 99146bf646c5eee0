// The line that the kernel prints above the trace of a task (kernel/sched/core.c sched_show_task).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::grammar {

struct ReportBuilder;

struct TaskLine {
  std::string_view comm;
  std::int64_t pid = 0;
};

// What the kernel notes of a task that dies of an oops (v6.1 kernel/exit.c make_task_dead; the preempt count since v2.6).
//   "note: cat[42] exited with irqs disabled"
//   "note: cat[42] exited with preempt_count 1"
struct ExitNote {
  TaskLine task;
  std::string_view preempt_count;  // in decimal; empty: the note is about interrupts
};
std::optional<ExitNote> read_exit_note(std::string_view text);
// Keeps what it says of the report's task.
void take_exit_note(const ExitNote&, Report&);

std::optional<TaskLine> read_task_line(std::string_view text);

// Behind "Process ": "reader (pid: 812, ti=f6e1c000 task=f6e1a000 task.ti=f6e1c000)", "(pid: 1, threadinfo ffff8808..."
// and what else an architecture's show_regs() or die() prints behind the pid.
std::optional<TaskLine> read_process(std::string_view rest);

// The report's line: true if it is such a line. Begins a block of its own, unless the task is the report's and has no
// trace yet.
bool start_task_block(ReportBuilder&);

}  // namespace unoops::grammar
