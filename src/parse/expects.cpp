#include "parse/expects.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/text.hpp"
#include "parse/evidence.hpp"

namespace unoops::parse {
namespace {

// What may be true of a report and of the line that it may take, one bit each.
enum State : std::uint64_t {
  // the block that is being read
  own = 1ULL << 0,          // the report's own
  repeat = 1ULL << 1,       // the registers behind the end trace
  panic_block = 1ULL << 2,  // the trace of the panic
  has_cpu = 1ULL << 3,
  has_pc = 1ULL << 4,
  has_code = 1ULL << 5,
  has_registers = 1ULL << 6,
  has_trace = 1ULL << 7,
  in_user_mode = 1ULL << 8,   // its registers are those of the system call's entry
  interrupted = 1ULL << 9,    // its registers are those of a kernel context that an interrupt broke into
  in_stack = 1ULL << 10,      // frames go to the last stack
  awaits_frame = 1ULL << 11,  // "Call Trace:" was read, and no frame yet
  marks_open = 1ULL << 12,    // <TASK> was read, </TASK> was not
  trace_over = 1ULL << 13,    // </TASK> was read
  has_heading = 1ULL << 14,   // the line before may be the label of frames
  // the report
  oopsed = 1ULL << 15,  // "Oops: ... [#1]" was read
  died = 1ULL << 16,    // the same, or its headline said so
  has_modules = 1ULL << 17,
  ended = 1ULL << 18,        // the end trace was read
  panicked = 1ULL << 19,     // it led to a panic, or is one
  backtraces = 1ULL << 20,   // it asked other CPUs for their traces
  awaits_oops = 1ULL << 21,  // the "Oops: " line is to come, and the CPU line only after it
  // its kind
  runs_in_task = 1ULL << 22,  // and does not dump registers
  bracketed = 1ULL << 23,
  one_line = 1ULL << 24,
  // the line's row
  shared = 1ULL << 25,  // LineTrait
  again = 1ULL << 26,
  long_form = 1ULL << 27,
  ends_panic = 1ULL << 28,
  told = 1ULL << 29,       // the report has such a line already
  goes_on = 1ULL << 30,    // it continues the row before
  unnamed = 1ULL << 31,    // it is known by its shape alone
  same_row = 1ULL << 32,   // a register row of the same number as the last one
  next_row = 1ULL << 33,   // of the next number
  later_row = 1ULL << 34,  // of any higher number
  // the log
  among = 1ULL << 35,  // other reports are open, and caller ids do not tell them apart
};
using States = std::uint64_t;

// What the line before was read as.
class After {
 public:
  constexpr After() = default;  // anything
  constexpr After(std::initializer_list<SectionId> ids) : bits_(0) {
    for (const auto id : ids) bits_ |= 1U << static_cast<unsigned>(id);
  }
  constexpr After operator~() const {
    After other;
    other.bits_ = ~bits_;
    return other;
  }
  constexpr bool has(SectionId id) const { return (bits_ >> static_cast<unsigned>(id) & 1U) != 0; }

 private:
  std::uint32_t bits_ = ~0U;
};

struct Expectation {
  SectionId line;
  After after = {};
  States with = 0;     // all of these are so
  States without = 0;  // and none of these
  Fit fit = Fit::no;
};

// All rows of a section, then all of the next. The first row that holds answers; if none does, the line is not the
// report's.
constexpr auto expectations = [] {
  using enum SectionId;
  using enum Fit;
  return std::to_array<Expectation>({
      {.line = detail, .with = own | among | shared, .without = has_cpu | has_trace | awaits_oops, .fit = maybe},
      {.line = detail, .with = own, .without = has_cpu | has_trace, .fit = likely},

      {.line = cpu, .with = has_cpu, .fit = no},
      {.line = cpu, .with = repeat, .fit = no},
      // v6.1 arch/x86/kernel/dumpstack.c __die: the header, and at once the registers; kernel/panic.c __warn: the
      // modules.
      {.line = cpu, .after = {die}, .with = among, .fit = surely},
      {.line = cpu, .after = ~After{detail}, .with = among | has_modules, .fit = surely},
      {.line = cpu, .with = awaits_oops, .fit = maybe},
      {.line = cpu, .fit = likely},

      // Behind its end trace an oops repeats its registers, and nothing else (v6.1 arch/x86/kernel/dumpstack.c
      // oops_end). Rows of the sections below say the same.
      {.line = task_info, .with = among | ended | repeat, .fit = no},
      {.line = task_info, .after = ~After{cpu, task_info}, .with = has_trace, .fit = no},
      {.line = task_info, .with = among | told, .fit = unlikely},
      {.line = task_info, .after = {cpu, task_info}, .fit = surely},
      {.line = task_info, .fit = maybe},

      {.line = pc, .with = own | runs_in_task, .without = has_trace, .fit = no},
      // Behind </IRQ> the registers of what was interrupted follow (v6.1 arch/x86/kernel/dumpstack.c
      // show_regs_if_on_stack).
      {.line = pc, .after = {trace_mark}, .with = has_trace, .without = trace_over | in_stack | ended, .fit = surely},
      {.line = pc, .with = awaits_frame, .fit = no},
      // What an oops repeats behind its end trace, a warning does not; and only x86 does (v4.18
      // arch/x86/kernel/dumpstack.c oops_end).
      {.line = pc, .with = repeat, .without = died, .fit = no},
      {.line = pc, .with = repeat, .without = again, .fit = no},
      // panic() dumps a stack, and no registers.
      {.line = pc, .with = panic_block, .without = has_trace, .fit = no},
      // The CPU or task line, and then its pc; to v4.18 a second time, because "IP: " stands above.
      {.line = pc, .after = {cpu, task_info}, .without = has_trace | has_registers, .fit = surely},
      {.line = pc, .without = has_pc | has_trace, .fit = likely},
      {.line = pc, .with = own | runs_in_task, .without = has_pc | in_stack, .fit = no},
      {.line = pc, .with = has_modules, .without = has_pc | in_stack | ended, .fit = no},
      {.line = pc, .without = has_pc, .fit = likely},
      {.line = pc, .after = {pc}, .fit = likely},  // "pc :" and "lr :" follow each other
      // Where the trace came into the kernel.
      {.line = pc, .after = {frame}, .with = in_stack, .without = ended, .fit = likely},
      // An interrupted context within the trace; tail summaries.
      {.line = pc, .with = has_trace, .without = ended, .fit = maybe},

      {.line = code, .with = among | ended | repeat, .without = died, .fit = no},
      {.line = code, .with = own | runs_in_task, .without = has_trace, .fit = no},
      {.line = code, .after = {code}, .with = goes_on, .fit = surely},
      {.line = code, .with = goes_on, .fit = no},
      {.line = code, .after = {pc}, .fit = surely},
      {.line = code, .with = has_code, .without = in_user_mode, .fit = no},
      {.line = code, .after = {registers}, .fit = likely},
      {.line = code, .fit = maybe},

      {.line = registers, .with = among | ended | repeat, .without = died, .fit = no},
      // Within a trace x86 prints a short form (v6.1 arch/x86/kernel/process_64.c __show_regs, SHOW_REGS_SHORT).
      {.line = registers, .with = among | long_form | in_user_mode, .fit = no},
      {.line = registers, .with = among | long_form | interrupted, .fit = no},
      {.line = registers, .with = own | runs_in_task, .without = has_trace, .fit = no},
      // Code behind the trace is the dump's last line (v6.1 arch/mips/kernel/traps.c show_registers,
      // arch/arm64/kernel/traps.c die): so for frames.
      {.line = registers, .after = {code}, .with = among | has_trace, .without = in_user_mode | interrupted, .fit = no},
      // Rows without a name go on for as long as they come (v6.1 arch/s390/kernel/dumpstack.c show_registers).
      {.line = registers, .after = {registers}, .with = unnamed | same_row, .fit = likely},
      // Since v4.18 the code stands between the pc and the registers.
      {.line = registers, .after = {registers, code}, .with = next_row, .fit = surely},
      {.line = registers, .after = {registers, code, pc}, .with = later_row, .fit = likely},
      // CR2 alone is printed once more behind the modules (v6.1 arch/x86/mm/fault.c page_fault_oops).
      {.line = registers, .with = has_modules | has_registers, .without = ended, .fit = maybe},
      {.line = registers, .with = has_pc, .without = has_registers, .fit = maybe},
      // The same where the modules are lost.
      {.line = registers, .with = has_registers | has_trace, .without = ended | among, .fit = unlikely},
      // The registers go on where a line was lost or another CPU's stood between.
      {.line = registers, .with = later_row, .without = has_trace, .fit = maybe},

      {.line = trace_start, .with = among | ended | repeat, .fit = no},
      {.line = trace_start, .with = own | ended, .fit = no},
      {.line = trace_start, .with = has_trace, .fit = no},
      {.line = trace_start, .after = {registers}, .fit = surely},
      {.line = trace_start, .fit = likely},

      {.line = trace_mark, .with = ended, .fit = no},
      {.line = trace_mark, .without = has_trace, .fit = no},
      {.line = trace_mark, .with = awaits_frame, .without = marks_open, .fit = surely},
      {.line = trace_mark, .fit = likely},

      {.line = frame, .with = among | one_line, .fit = no},
      {.line = frame, .with = among | ended | repeat, .fit = no},
      {.line = frame, .after = {code}, .with = among | has_trace, .without = in_user_mode | interrupted, .fit = no},
      {.line = frame, .with = has_heading, .fit = likely},
      // arm prints no heading above its frames (arch/arm/kernel/traps.c c_backtrace, unwind_backtrace).
      {.line = frame, .with = has_cpu, .without = in_stack | has_trace, .fit = likely},
      {.line = frame, .with = has_pc, .without = in_stack | has_trace, .fit = likely},
      // The interrupted context's registers, and its frames.
      {.line = frame, .after = {registers}, .with = interrupted, .without = in_stack, .fit = surely},
      {.line = frame,
       .after = {registers, trace_mark, code, pc},
       .with = has_trace,
       .without = in_stack | ended,
       .fit = likely},
      // dump_stack() of i386 printed no heading above its frames (to 2.6.23 arch/i386/kernel/traps.c show_trace).
      {.line = frame,
       .after = {detail, text},
       .with = own,
       .without = in_stack | has_trace | one_line | awaits_oops,
       .fit = likely},
      {.line = frame, .without = in_stack, .fit = no},
      {.line = frame, .after = {frame, trace_start, trace_mark, stack_label}, .fit = surely},
      {.line = frame, .fit = maybe},

      {.line = stack_label, .fit = likely},

      {.line = modules, .with = has_modules, .fit = no},
      {.line = modules, .without = runs_in_task, .fit = likely},
      {.line = modules, .with = oopsed, .fit = likely},
      {.line = modules, .fit = maybe},

      {.line = modules_more, .with = has_modules, .fit = likely},

      {.line = end_mark, .with = among | ends_panic, .without = panicked, .fit = no},
      {.line = end_mark, .with = ended, .without = ends_panic, .fit = no},
      {.line = end_mark, .with = among | oopsed | has_modules, .fit = surely},
      {.line = end_mark, .with = among | trace_over, .without = oopsed, .fit = surely},
      {.line = end_mark, .with = has_trace, .fit = likely},
      {.line = end_mark, .fit = maybe},

      {.line = locks, .with = among | ended | repeat, .fit = no},
      {.line = locks, .with = among | bracketed, .fit = likely},
      {.line = locks, .after = {frame}, .with = among | in_stack, .fit = unlikely},
      {.line = locks, .fit = maybe},

      {.line = backtrace, .with = backtraces, .fit = likely},
      {.line = backtrace, .fit = maybe},

      // An oops dumps ftrace's buffer before its registers.
      {.line = trailer, .with = oopsed, .without = has_trace, .fit = likely},
      {.line = trailer, .fit = maybe},

      {.line = text, .fit = likely},
  });
}();

static_assert(std::ranges::is_sorted(expectations, {}, &Expectation::line));

// Where the rows of each section begin; one more element is where the last ones end.
constexpr auto first_rows = [] {
  std::array<std::size_t, static_cast<std::size_t>(SectionId::text) + 2> first{};
  for (std::size_t id = 0; id < first.size(); ++id)
    while (first[id] < expectations.size() && static_cast<std::size_t>(expectations[first[id]].line) < id) ++first[id];
  return first;
}();

Fit look_up(SectionId line, SectionId last, States states) {
  const auto id = static_cast<std::size_t>(line);
  for (auto i = first_rows[id]; i < first_rows[id + 1]; ++i) {
    const auto& row = expectations[i];
    if ((states & row.with) == row.with && (states & row.without) == 0 && row.after.has(last)) return row.fit;
  }
  return Fit::no;
}

constexpr States when(bool so, State state) { return so ? state : States{0}; }

States block_states(const ReportBuilder& d) {
  const auto& block = d.block;
  const bool awaits = d.in_stack && block.trace && d.report.stacks.back().frames.empty();
  return when(block.role == Block::Role::own, own) | when(block.role == Block::Role::repeat, repeat) |
         when(block.role == Block::Role::panic, panic_block) | when(block.cpu, has_cpu) | when(block.pc, has_pc) |
         when(block.code, has_code) | when(block.registers, has_registers) | when(block.trace, has_trace) |
         when(block.user, in_user_mode) | when(block.skip, interrupted) | when(d.in_stack, in_stack) |
         when(awaits, awaits_frame) | when(block.mark_depth > 0, marks_open) | when(block.over, trace_over) |
         when(!d.heading.empty(), has_heading);
}

States report_states(const OpenReport& open) {
  const auto& d = open.builder;
  const auto& kind = *open.kind;
  const bool awaits = kind.has(Trait::awaits_oops) && !d.die && d.is_own();
  return block_states(d) | when(d.die, oopsed) | when(open.died(), died) | when(d.modules, has_modules) |
         when(d.ended, ended) | when(d.report.panic || kind.has(Trait::derives_panic), panicked) |
         when(d.backtraces, backtraces) | when(awaits, awaits_oops) |
         when(kind.has(Trait::runs_in_task), runs_in_task) | when(kind.has(Trait::bracketed), bracketed) |
         when(kind.is_one_line(), one_line);
}

States line_states(const ReportBuilder& d, const Section& row) {
  const auto last_row = d.block.register_order;
  return when(row.traits.has(LineTrait::shared), shared) | when(row.traits.has(LineTrait::again), again) |
         when(row.traits.has(LineTrait::long_form), long_form) |
         when(row.traits.has(LineTrait::ends_panic), ends_panic) | when(row.told && row.told(d), told) |
         when(row.order > 0, goes_on) | when(row.starts.empty(), unnamed) | when(row.order == last_row, same_row) |
         when(row.order == last_row + 1, next_row) | when(row.order > last_row, later_row);
}

}  // namespace

Expecting::Expecting(const OpenReport& open, bool among_others)
    : builder_(open.builder), among_(among_others), states_(report_states(open) | when(among_others, among)) {}

Fit Expecting::line(const SectionHit& hit, const LogLine& line) const {
  const Fit fit = look_up(hit.section->id, builder_.last, states_ | line_states(builder_, *hit.section));
  return fit == Fit::no || !among_ ? fit : weigh(builder_, hit, trim(line.text), fit);
}

Fit Expecting::frame(const FrameLine& line) const {
  const Fit fit = look_up(SectionId::frame, builder_.last, states_);
  return fit == Fit::no || !among_ ? fit : weigh_frame(builder_, line, fit);
}

}  // namespace unoops::parse
