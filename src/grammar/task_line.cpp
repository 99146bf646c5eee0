#include "grammar/task_line.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "grammar/report_builder.hpp"
#include "grammar/scanner.hpp"
#include "report/fact_names.hpp"
#include "report/stack_role.hpp"

namespace unoops::grammar {
namespace {

// "task:trig            state:D stack:0     pid:115   ppid:114    flags:0x00000002"      since v5.9
std::optional<TaskLine> named(std::string_view text) {
  Scanner s(text);
  TaskLine out;
  if (!s.lit("task:") || !s.until(" state:", out.comm)) return std::nullopt;
  out.comm = trim(out.comm);
  if (!s.skip_to(" pid:") || !s.blanks().dec(out.pid)) return std::nullopt;
  return out;
}

// To v5.8:
// "kworker/1:0     D26904    17      2 0x80004000"
// "trig            R  running task    23816 10186   4421 0x8000000c"
std::optional<TaskLine> in_columns(std::string_view text) {
  static constexpr std::string_view states = "RSDTtXxZPIKWN?";
  static constexpr std::size_t state_at = 16;  // "%-15.15s %c"
  text = trim_right(text);
  if (text.size() < state_at + 12 || text[state_at - 1] != ' ' || states.find(text[state_at]) == std::string_view::npos)
    return std::nullopt;
  const auto flags = text.rfind(" 0x");
  if (flags == std::string_view::npos || flags < state_at || text.size() - flags != 11) return std::nullopt;
  const auto numbers = trim_right(text.substr(state_at + 1, flags - state_at - 1));
  const auto parent = numbers.rfind(' ');
  if (parent == std::string_view::npos) return std::nullopt;
  const auto before = trim_right(numbers.substr(0, parent));
  const auto at = before.find_last_not_of("0123456789");
  TaskLine out{.comm = trim(text.substr(0, state_at - 1))};
  if (at == std::string_view::npos || !Scanner(before.substr(at + 1)).dec(out.pid)) return std::nullopt;
  return out;
}

}  // namespace

std::optional<TaskLine> read_task_line(std::string_view text) {
  if (text.starts_with("task:")) return named(text);
  return in_columns(text);
}

std::optional<TaskLine> read_process(std::string_view rest) {
  Scanner s(rest);
  TaskLine out;
  if (!s.until(" (pid: ", out.comm) || !s.blanks().dec(out.pid)) return std::nullopt;
  return out;
}

std::optional<ExitNote> read_exit_note(std::string_view text) {
  Scanner s(trim(text));
  std::string_view task;
  ExitNote out;
  if (!s.lit("note: ") || !s.until("] exited with ", task)) return std::nullopt;
  const auto bracket = task.rfind('[');
  if (bracket == std::string_view::npos || !Scanner(task.substr(bracket + 1)).dec(out.task.pid)) return std::nullopt;
  out.task.comm = task.substr(0, bracket);
  if (s.lit("preempt_count ")) {
    if (!s.run(is_digit, out.preempt_count)) return std::nullopt;
  } else if (!s.lit("irqs disabled")) {
    return std::nullopt;
  }
  return out;
}

void take_exit_note(const ExitNote& note, Report& r) {
  if (note.preempt_count.empty())
    r.set_fact(fact::exit_irqs, "off");
  else
    r.set_fact(fact::exit_preempt_count, note.preempt_count);
}

bool start_task_block(ReportBuilder& d) {
  const auto task = read_task_line(trim_left(d.line->text));
  if (!task) return false;
  if (d.is_own() && d.report.pid == task->pid && !d.block.trace) {  // the report's own task
    d.open_stack(d.trace_label);  // arm's frames follow at once, without "Call Trace:"
    return true;
  }
  d.start_block(Block::Role::other, task_label(task->comm, task->pid));
  d.block_pid = static_cast<int>(task->pid);
  d.block_comm = task->comm;
  d.open_stack(d.trace_label);
  return true;
}

}  // namespace unoops::grammar
