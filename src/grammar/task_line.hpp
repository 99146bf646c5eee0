// The line that the kernel prints above the trace of a task (kernel/sched/core.c sched_show_task).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::grammar {

struct ReportBuilder;

struct TaskLine {
  std::string_view comm;
  std::int64_t pid = 0;
};

std::optional<TaskLine> read_task_line(std::string_view text);

// Behind "Process ": "reader (pid: 812, ti=f6e1c000 task=f6e1a000 task.ti=f6e1c000)", "(pid: 1, threadinfo ffff8808..."
// and what else an architecture's show_regs() or die() prints behind the pid.
std::optional<TaskLine> read_process(std::string_view rest);

// The report's line: true if it is such a line. Begins a block of its own, unless the task is the report's and has no
// trace yet.
bool start_task_block(ReportBuilder&);

}  // namespace unoops::grammar
