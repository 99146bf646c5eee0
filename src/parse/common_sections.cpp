#include "parse/common_sections.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/symbol_ref.hpp"
#include "grammar/task_line.hpp"

namespace unoops::parse {
namespace {

std::string_view whole(const ReportBuilder& d) { return trim(d.line->text); }

bool trace_start(Scanner rest, ReportBuilder& d) {
  d.block.trace = true;
  d.mark = {};
  // A kind whose frames may follow its headline at once has opened the stack already.
  if (!d.in_stack || !d.report.stacks.back().frames.empty() || d.report.stacks.back().label != d.trace_label)
    d.open_stack(d.trace_label);
  // To v4.9, and on m68k, i386 and mips, the first frame may stand on the same line: "Call Trace: [<c0101234>]
  // foo+0x1/0x2".
  auto frame = trim(rest.rest());
  if (const auto mark = frame.find('>');
      frame.starts_with('<') && mark != std::string_view::npos && !read_printed_address(frame.substr(1, mark - 1))) {
    d.mark = read_mark(frame.substr(1, mark - 1));
    d.mark_stack();
    frame = trim(frame.substr(mark + 1));
  }
  d.read_frame_line(frame);
  return true;
}

bool end_mark(Scanner, ReportBuilder& d) {
  d.ended = true;
  d.in_stack = false;
  d.bracket = false;
  d.start_block(Block::Role::repeat, "Call Trace");
  return true;
}

// "---[ end Kernel panic - not syncing: Fatal exception ]---": where the panic's first line is lost, it has the reason.
bool end_panic(Scanner rest, ReportBuilder& d) {
  d.in_stack = false;
  std::string_view reason;
  if (d.report.panic && d.report.panic->reason.empty() && rest.lit(" - not syncing: "))
    d.report.panic->reason = rest.until(" ]---", reason) ? reason : rest.rest();
  return true;
}

// v6.1 kernel/locking/lockdep.c print_irqtrace_events: "hardirqs last  enabled at (1234): [<ffffffff81000000>]
// foo+0x1/0x2"
bool irq_stamp(Scanner, ReportBuilder& d) {
  for (auto& frame : named_frames(whole(d))) {
    auto label = whole(d).substr(0, whole(d).find(frame.ref.symbol));
    label = trim(label.substr(0, std::min(label.find('('), label.find('['))));
    if (label.ends_with(':')) label.remove_suffix(1);
    d.add_single(label, std::move(frame));
  }
  return true;
}

bool held_lock(Scanner, ReportBuilder& d) {
  d.add_message(whole(d));
  for (auto& frame : named_frames(whole(d))) d.add_single("at", std::move(frame));
  return true;
}

// kernel/sched/core.c: the address is on this line, or on the next (to v5.x)
bool preemption_disabled(Scanner rest, ReportBuilder& d) {
  d.open_stack("Preemption disabled at");
  d.read_frame_line(trim(rest.rest()));
  return true;
}

// lib/nmi_backtrace.c: "NMI backtrace for cpu 1", "NMI backtrace for cpu 1 skipped: idling at foo+0x1/0x2"
bool nmi_backtrace(Scanner rest, ReportBuilder& d) {
  int cpu = 0;
  if (!rest.dec(cpu)) return false;
  const std::string label = "NMI backtrace for cpu " + std::to_string(cpu);
  d.start_block(Block::Role::other, label);
  d.backtraces = true;
  d.block_cpu = cpu;
  if (auto found = first_frame(d.line->text, rest.rest())) d.add_single(label, *std::move(found));
  return true;
}

// lib/nmi_backtrace.c: "Sending NMI from CPU 0 to CPUs 1:"; to v4.9 "sending NMI to all CPUs:"
bool sends_nmi(Scanner, ReportBuilder& d) {
  d.in_stack = false;
  d.backtraces = true;
  return true;
}

bool kernel_offset(Scanner rest, ReportBuilder& d) {
  d.in_stack = false;
  std::uint64_t offset = 0;
  if (rest.hex0x(offset))
    d.report.kernel_offset = offset;
  else if (rest.lit("disabled"))
    d.report.kernel_offset = 0;
  return true;
}

bool nothing_of_a_stack(Scanner, ReportBuilder& d) {
  d.in_stack = false;
  return true;
}

bool task_block(Scanner, ReportBuilder& d) { return start_task_block(d); }

// lib/stackdepot.c, mm/kasan/report.c: "(stack is not available)" in place of the frames that its label announced
bool no_stack(Scanner, ReportBuilder& d) {
  if (d.in_stack && d.report.stacks.back().frames.empty()) d.report.stacks.pop_back();
  d.in_stack = false;
  return true;
}

// The task that the report is of dies, whatever stands between.
bool exit_of_task(Scanner, ReportBuilder& d) {
  const auto note = read_exit_note(whole(d));
  auto& r = d.report;
  if (!note || !(d.die || r.die_number) || (r.pid && r.pid != note->task.pid)) return false;
  if (!r.comm.empty() && r.comm != note->task.comm) return false;
  take_exit_note(*note, r);
  d.in_stack = false;
  return true;
}

// <TASK>, </IRQ>; to v4.9 <<EOE>>, <EOI>, with the first frame on the same line
bool trace_mark(Scanner rest, ReportBuilder& d) {
  const bool closes = rest.lit("/");
  rest.lit("<");
  std::string_view name;
  if (!rest.run([](char c) { return is_word(c) || c == '#'; }, name) || !rest.lit(">")) return false;
  if (read_printed_address(name)) return false;  // a frame: "<c0123456> foo+0x1/0x2"
  rest.lit(">");
  if (name == "EOI" || name == "EOE") {  // the end of the interrupt's stack: the task's frames follow
    d.mark = {Context::task, {}};
    d.in_stack = false;
  } else {
    d.mark = closes ? Mark{} : read_mark(name);
    d.block.over = closes && name == "TASK";
    d.block.mark_depth = std::max(0, d.block.mark_depth + (closes ? -1 : 1));
    // "Call Trace:" opened a stack already: it takes the first mark's context.
    if (!closes && d.in_stack && d.report.stacks.back().frames.empty())
      d.mark_stack();
    else
      d.in_stack = false;
  }
  d.block.user = false;
  d.read_frame_line(trim(rest.rest()));
  return true;
}

// Sorted by first use in a report. Sources: v6.1 lib/dump_stack.c, kernel/panic.c, arch/*/kernel/traps.c, dumpstack.c.
constexpr auto rows = std::to_array<Section>({
    {SectionId::trace_start, "Call Trace:", trace_start},
    {SectionId::trace_start, "Call trace:", trace_start},
    {SectionId::trace_start, "Backtrace:", trace_start},
    {SectionId::trace_start, "Stack Trace:", trace_start},
    {SectionId::trace_start, "Trace:", trace_start},
    {SectionId::text, "(stack is not available)", no_stack},
    {SectionId::trace_mark, "<", trace_mark},
    {SectionId::end_mark, "---[ end trace", end_mark, 0, LineTrait::proves},
    {SectionId::end_mark, "---[ end Kernel panic", end_panic, 0, LineTrait::ends_panic},
    {SectionId::locks, "irq event stamp:", message_line},
    {SectionId::locks, "hardirqs last", irq_stamp},
    {SectionId::locks, "softirqs last", irq_stamp},
    {SectionId::locks, "no locks held by ", message_line},
    {SectionId::locks, "INFO: lockdep is turned off.", message_line},
    {SectionId::locks, "Showing all locks held in the system:", message_line},
    {SectionId::locks, "Preemption disabled at:", preemption_disabled},
    {SectionId::backtrace, "NMI backtrace for cpu ", nmi_backtrace, 0, LineTrait::by_other_cpu},
    {SectionId::trailer, "Sending NMI ", sends_nmi},
    {SectionId::trailer, "sending NMI ", sends_nmi},
    {SectionId::trailer, "Fixing recursive fault but reboot is needed!", message_line, 0, LineTrait::proves},
    {SectionId::trailer, "note: ", exit_of_task},
    {SectionId::trailer, "Kernel Offset: ", kernel_offset},
    {SectionId::trailer, "Rebooting in ", nothing_of_a_stack},
    {SectionId::trailer, "Disabling lock debugging due to kernel taint", nothing_of_a_stack},
    {SectionId::trailer, "Dumping ftrace buffer:", nothing_of_a_stack},
    {SectionId::trailer, "(ftrace buffer empty)", nothing_of_a_stack},
    {SectionId::trailer, "SMP: stopping secondary CPUs", nothing_of_a_stack},
    {SectionId::trailer, "Shutting down cpus with NMI", nothing_of_a_stack},
    {SectionId::trailer, "SMP: failed to stop secondary CPUs", message_line},
    {SectionId::trailer, "PHYS_OFFSET: ", nothing_of_a_stack},
    {SectionId::trailer, "CPU features: ", nothing_of_a_stack},
    {SectionId::trailer, "Memory Limit: ", nothing_of_a_stack},
});

bool is_held_lock(std::string_view text) {
  Scanner s(text);
  unsigned n = 0;
  return s.lit("#") && s.dec(n) && s.lit(": ") && s.rest().find('{') != std::string_view::npos;
}

bool is_locks_held(std::string_view text) {
  Scanner s(text);
  unsigned n = 0;
  return s.dec(n) && (s.lit(" lock held by ") || s.lit(" locks held by "));
}

// Lines that do not begin with fixed words:
// "2 locks held by trig/115:"
// " #0: ffff... (name){+.+.}-{3:3}, at: foo+0x1/0x2"
// "kworker/1:0     D26904    17      2 0x80004000"         to v5.8
constexpr auto shapes = std::to_array<Shape>({
    {{SectionId::locks, "#", held_lock}, is_held_lock},
    {{SectionId::locks, "", message_line}, is_locks_held},
    {{SectionId::backtrace, "", task_block},
     [](std::string_view text) { return read_task_line(text).has_value(); },
     [](const ReportBuilder& d) { return !d.report.headline.empty(); }},  // a task's line opens nothing
});

}  // namespace

bool message_line(Scanner, ReportBuilder& d) {
  d.in_stack = false;
  d.add_message(whole(d));
  return true;
}

Sections common_sections() { return rows; }
Shapes common_shapes() { return shapes; }

}  // namespace unoops::parse
