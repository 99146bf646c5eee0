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

// The report's line: true if it is such a line. Begins a block of its own, unless the task is the report's and has no
// trace yet.
bool start_task_block(ReportBuilder&);

}  // namespace unoops::grammar
