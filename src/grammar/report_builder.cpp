#include "grammar/report_builder.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "grammar/frame_line.hpp"
#include "report/stack_role.hpp"

namespace unoops::grammar {
namespace {

// Room made at once, because frames and registers are large enough for moving them to be felt.
constexpr std::size_t usual_frames = 16, usual_registers = 24;

}  // namespace

Stack& ReportBuilder::open_stack(std::string_view label, Occurrence occurrence) {
  Stack stack;
  stack.label = label;
  stack.role = role_of_label(label);
  stack.occurrence = occurrence;
  stack.cpu = block_cpu;
  stack.pid = block_pid;
  stack.comm = block_comm;
  report.stacks.push_back(std::move(stack));
  in_stack = true;
  return report.stacks.back();
}

void ReportBuilder::mark_stack() {
  report.stacks.back().context = mark.context;
  report.stacks.back().context_word = mark.word;
}

void ReportBuilder::add_frame(Frame frame) {
  if (frames >= limits::report_frames) {
    if (frames++ == limits::report_frames) add_defect(DefectKind::over_limit, "more frames than unoops keeps");
    return;
  }
  ++frames;
  if (!in_stack) {
    open_stack(trace_label);
    mark_stack();
  }
  frame.line_no = line ? line->number : 0;
  if (next_pc) frame.ref.pc = *std::exchange(next_pc, std::nullopt);
  auto& stack = report.stacks.back().frames;
  if (stack.size() == 1) stack.reserve(usual_frames);  // it is no pc's, which stands alone
  stack.push_back(std::move(frame));
}

bool ReportBuilder::read_frame_line(std::string_view text) {
  FrameLine read;
  return read_frame(text, read) && add_frame_line(std::move(read));
}

bool ReportBuilder::add_frame_line(FrameLine&& read) {
  if (read.inline_entry) {  // syzkaller's "[inline]" lines: the containing frame follows, with its own offset
    if (inlined.size() < limits::inline_depth) std::ranges::move(read.printed, std::back_inserter(inlined));
    return true;
  }
  if (!read.printed.empty()) std::ranges::move(inlined, std::inserter(read.printed, read.printed.begin()));
  inlined.clear();
  if (!read.context.empty()) {
    mark = read_mark(read.context);
    if (in_stack && report.stacks.back().frames.empty())
      mark_stack();
    else
      in_stack = false;
  }
  add_frame({.ref = std::move(read.ref),
             .reliable = read.reliable,
             .marks = std::move(read.marks),
             .printed = std::move(read.printed)});
  return read.behind.empty() || read_frame_line(read.behind);
}

void ReportBuilder::add_single(std::string_view label, Frame frame, Occurrence occurrence) {
  open_stack(label, occurrence);
  add_frame(std::move(frame));
  in_stack = false;
}

void ReportBuilder::add_pc(Frame frame, std::string_view label) {
  add_single(label, std::move(frame), block.role == Block::Role::repeat ? Occurrence::repeat : Occurrence::own);
}

void ReportBuilder::add_register(std::string_view name, std::uint64_t value, int bits) {
  if (block.role != Block::Role::own || block.skip) return;
  auto& file = block.user ? report.user_registers : report.registers;
  if (file.size() >= 256) return;
  const auto is_known = [&](const Register& r) { return equal_from_end(r.name, name); };
  if (name.empty() || std::ranges::any_of(file, is_known)) return;
  if (file.empty()) file.reserve(usual_registers);
  file.push_back({std::string(name), value, bits});
}

void ReportBuilder::set_fault_address(std::uint64_t address) { report.fault.address = address; }

void ReportBuilder::add_message(std::string_view text) {
  if (report.messages.size() >= limits::messages) {
    if (report.defects.empty() || report.defects.back().kind != DefectKind::over_limit)
      add_defect(DefectKind::over_limit, "more text than unoops keeps");
    return;
  }
  report.messages.emplace_back(text);
}

void ReportBuilder::add_cut(std::string what) {
  constexpr std::size_t told = 3;
  ++cut_lines;
  if (cuts.size() < told) cuts.push_back({std::move(what), line ? line->number : 0});
}

void ReportBuilder::add_line(std::uint64_t number) {
  report.line_first = std::min(report.line_first, number);
  report.line_last = std::max(report.line_last, number);
  auto& ranges = report.lines;
  if (!ranges.empty() && number <= ranges.back().last + 1 && number + 1 >= ranges.back().first)  // logs may be turned
    ranges.back() = {std::min(ranges.back().first, number), std::max(ranges.back().last, number)};
  else
    ranges.push_back({number, number});
}

void ReportBuilder::add_defect(DefectKind kind_of_defect, std::string text, std::optional<std::uint64_t> line_no) {
  if (report.defects.size() < limits::defects) report.defects.push_back({kind_of_defect, std::move(text), line_no});
}

void ReportBuilder::start_block(Block::Role role, std::string_view label) {
  block = Block{.role = role};
  trace_label = label;
  mark = {};
  in_stack = false;
  block_cpu.reset();
  block_pid.reset();
  block_comm.clear();
}

}  // namespace unoops::grammar
