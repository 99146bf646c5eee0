#include "parse/state_sections.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "facts/taint.hpp"
#include "grammar/code_line.hpp"
#include "grammar/cpu_line.hpp"
#include "grammar/task_line.hpp"
#include "parse/common_sections.hpp"

namespace unoops::parse {
namespace {

bool cpu_line(Scanner, ReportBuilder& d) {
  const auto line = read_cpu_line(trim(d.line->text));
  if (!line) return false;
  auto& r = d.report;
  if (d.is_own() && r.pid && line->pid && r.pid != line->pid)
    return false;  // the header named its task: this is another's
  // Behind another task's trace the CPU that reports shows its own registers (v6.1 kernel/sched/core.c dump_cpu_task).
  if (d.block.role == Block::Role::other && d.block.trace) {
    const bool has_own = std::ranges::any_of(r.stacks, [](const Stack& s) { return s.role == StackRole::trace; });
    d.start_block(has_own ? Block::Role::other : Block::Role::own,
                  has_own ? "Call Trace of " + std::string(line->comm) : std::string("Call Trace"));
  }
  d.block.cpu = true;
  if (d.is_own() || !r.pid) {
    r.cpu = line->cpu ? line->cpu : r.cpu;
    if (line->pid) r.pid = line->pid, r.comm = line->comm;
    r.uid = line->uid;
    if (!line->taint.empty() || r.taint.raw.empty()) r.taint = read_taint(line->taint);
    if (r.hardware.empty()) r.hardware = line->hardware;
  } else {
    d.block_cpu = line->cpu;
    d.block_pid = line->pid ? std::optional<int>(static_cast<int>(*line->pid)) : std::nullopt;
    d.block_comm = line->comm;
    // "WARNING: CPU: 0 PID: 5944 at" has no name for its task, and the panic that follows at once has it.
    if (r.comm.empty() && r.pid == line->pid) {
      r.comm = line->comm;
      r.taint = read_taint(line->taint);
    }
  }
  if (!line->half_release.empty()) d.add_cut("release " + std::string(line->half_release));
  if (r.kernel.release.empty()) {
    r.kernel.release = line->release;
    r.kernel.version = line->version;
    r.kernel.build_id = line->build_id;
  }
  return true;
}

// A line of its own:
// "CPU 8"            x86-64 to 3.8 (arch/x86/kernel/dumpstack_64.c show_registers)
// "CPU:    0"        i386 to 2.6.24 (arch/i386/kernel/traps.c show_registers), m68k, openrisc
// "Cpu 0"            mips to 3.8 (arch/mips/kernel/traps.c __show_regs)
bool bare_cpu(Scanner rest, ReportBuilder& d) {
  int cpu = 0;
  rest.lit(":");
  if (!is_blank(rest.peek()) || !rest.blanks().dec(cpu) || !rest.blanks().at_end()) return false;
  if (d.is_own() && !d.report.cpu) d.report.cpu = cpu;
  return true;
}

// "Process reader (pid: 812, ti=f6e1c000 task=f6e1a000 task.ti=f6e1c000)"
bool process(Scanner rest, ReportBuilder& d) {
  const auto task = read_process(rest.rest());
  if (!task) return false;
  auto& r = d.report;
  if (!d.is_own()) return true;
  if (!r.pid) r.pid = task->pid;
  if (r.comm.empty() && r.pid == task->pid) r.comm = task->comm;
  return true;
}

bool hardware(Scanner rest, ReportBuilder& d) {
  if (d.report.hardware.empty()) d.report.hardware = trim(rest.rest());
  return true;
}

bool has_hardware(const ReportBuilder& d) { return d.is_own() && !d.report.hardware.empty(); }

bool workqueue(Scanner rest, ReportBuilder& d) {
  if (d.is_own() && d.report.workqueue.empty()) d.report.workqueue = trim(rest.rest());
  return true;
}

// v6.12 kernel/panic.c print_tainted_verbose: "Tainted: [W]=WARN, [O]=OOT_MODULE"
bool tainted_verbose(Scanner rest, ReportBuilder&) { return rest.peek() == '['; }

bool code(Scanner rest, ReportBuilder& d) {
  d.block.code = true;
  // To v4.17 the kernel's own Code stands at the end, behind the user's registers; since v4.18 the user's directly
  // behind its RIP.
  const bool of_user = d.block.user && d.last == SectionId::pc;
  d.code_open = d.is_own() && !of_user && !d.block.skip && d.report.code.bytes.empty();
  if (!d.code_open) return true;
  read_code(trim(rest.rest()), d.report.arch, d.report.code);
  return true;
}

// To v4.17 each byte was printed alone: where another CPU came between, the rest is a line of its own.
bool more_code(Scanner rest, ReportBuilder& d) {
  if (d.code_open) d.code_open = read_code(trim(rest.rest()), d.report.arch, d.report.code);
  return true;
}

bool is_code_word(std::string_view word) {
  if (word.starts_with('<') && word.ends_with('>')) word = word.substr(1, word.size() - 2);
  return word.size() == 2 && std::ranges::all_of(word, is_hex);
}

bool is_more_code(std::string_view text) {
  if (!is_hex(text.front()) && text.front() != '<') return false;  // asked of every line
  Scanner s(text);
  std::string_view word;
  int words = 0;
  for (; s.blanks().word(word); ++words)
    if (!is_code_word(word)) return false;
  return words > 0;
}

constexpr auto rows = std::to_array<Section>({
    {SectionId::cpu, "CPU: ", cpu_line},
    {SectionId::cpu, "Pid: ", cpu_line},
    {SectionId::task_info, "Tainted: ", tainted_verbose},
    {.id = SectionId::task_info, .starts = "Hardware name: ", .read = hardware, .told = has_hardware},
    {SectionId::task_info, "Workqueue: ", workqueue},
    {SectionId::task_info, "Stopper: ", message_line},
    {SectionId::task_info, "Sched_ext: ", message_line},
    {SectionId::task_info, "task: "},
    {SectionId::task_info, "last sysfs file: "},
    {SectionId::task_info, "Process ", process},
    {SectionId::task_info, "Process: ", process},  // sh
    {SectionId::task_info, "CPU", bare_cpu},
    {SectionId::task_info, "Cpu", bare_cpu},
    {SectionId::code, "Code: ", code},
    {SectionId::code, "Code:", code},
});

constexpr auto shapes = std::to_array<Shape>({
    {{SectionId::code, "", more_code, 1},
     is_more_code,
     [](const ReportBuilder& d) { return d.last == SectionId::code; }},
});

}  // namespace

Sections state_sections() { return rows; }
Shapes state_shapes() { return shapes; }

}  // namespace unoops::parse
