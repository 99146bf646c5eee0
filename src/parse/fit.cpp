#include "parse/fit.hpp"

#include <algorithm>

#include "arch/arch.hpp"
#include "kinds/kind.hpp"

namespace unoops {
namespace {

constexpr int no = 0, maybe = 1, likely = 2, surely = 3;

int fit_registers(const Draft& d, int order) {
  if (d.last == SectionId::registers || d.last == SectionId::pc || d.last == SectionId::code) {
    if (order == d.block.register_order + 1) return surely;
    if (order > d.block.register_order) return likely;
  }
  // CR2 alone stands once more behind the modules (v6.1 arch/x86/mm/fault.c page_fault_oops).
  if (d.modules && !d.ended && d.block.registers) return maybe;
  if (!d.block.registers && d.block.pc) return maybe;
  // The registers go on where a line was lost or another CPU's stood between.
  return order > d.block.register_order && !d.block.trace ? maybe : no;
}

// "Call Trace:" stands there and no frame yet.
bool awaits_frame(const Draft& d) { return d.in_stack && d.block.trace && d.report.stacks.back().frames.empty(); }

int fit_pc(const Draft& d) {
  // Behind </IRQ> stand the registers of what was interrupted (v6.1 arch/x86/kernel/dumpstack.c show_regs_if_on_stack).
  if (d.last == SectionId::trace_mark && d.block.trace && !d.block.over && !d.in_stack && !d.ended) return surely;
  if (awaits_frame(d)) return no;
  if (d.block.role == Block::Role::panic && !d.block.trace) return no;  // panic() dumps a stack, no registers
  // Only x86 repeats the registers behind the end trace (v4.18 arch/x86/kernel/dumpstack.c oops_end).
  if (d.block.role == Block::Role::repeat && d.arch && !d.arch->info.id.ends_with("86") && d.arch->info.id != "x86_64")
    return no;
  // The CPU or task line, and then its pc.
  if (!d.block.pc && !d.block.trace)
    return d.last == SectionId::cpu || d.last == SectionId::task_info ? surely : likely;
  if (!d.block.pc && d.is_own() && !d.kind->dumps_registers && !d.in_stack) return no;
  if (!d.block.pc) return !d.in_stack && d.modules && !d.ended ? no : likely;
  if (d.last == SectionId::pc) return likely;                               // "pc :" and "lr :" follow each other
  if (d.in_stack && d.last == SectionId::frame && !d.ended) return likely;  // where the trace came into the kernel
  if (d.block.trace && !d.ended) return maybe;  // an interrupted context within the trace; tail summaries
  return no;
}

int fit_code(const Draft& d, const SectionHit& hit) {
  const bool continues = hit.section->order > 0;
  if (continues) return d.last == SectionId::code ? surely : no;
  if (d.last == SectionId::pc) return surely;
  if (d.block.code && !d.block.user) return no;
  return d.last == SectionId::registers ? likely : maybe;
}

// What a fault's first lines name is read before its "Oops: ...": who has not printed that yet has no CPU line to come.
bool awaits_die(const Draft& d) {
  return !d.die && d.is_own() && (d.kind->info.id == "page-fault" || d.kind->info.id == "null-pointer-dereference");
}

int fit_own(const Draft& d, const SectionHit& hit) {
  const bool state =
      hit.section->id == SectionId::pc || hit.section->id == SectionId::registers || hit.section->id == SectionId::code;
  if (state && !d.kind->dumps_registers && d.is_own() && !d.block.trace) return no;
  switch (hit.section->id) {
    case SectionId::detail:
      return !d.block.cpu && !d.block.trace && d.is_own() ? likely : no;
    case SectionId::die:
      return !d.die && !d.block.trace && !d.ended ? likely : no;
    case SectionId::cpu:
      return d.block.cpu || d.block.role == Block::Role::repeat ? no : awaits_die(d) ? maybe : likely;
    case SectionId::task_info:
      return d.last == SectionId::cpu || d.last == SectionId::task_info ? surely : d.block.trace ? no : maybe;
    case SectionId::pc:
      return fit_pc(d);
    case SectionId::code:
      return fit_code(d, hit);
    case SectionId::registers:
      // Rows without a name go on for as long as they come (v6.1 arch/s390/kernel/dumpstack.c show_registers).
      if (hit.section->starts.empty() && d.last == SectionId::registers && hit.section->order == d.block.register_order)
        return likely;
      return fit_registers(d, hit.section->order);
    case SectionId::trace_start:
      return (d.ended && d.is_own()) || d.block.trace ? no : d.last == SectionId::registers ? surely : likely;
    case SectionId::trace_mark:
      return !d.block.trace || d.ended ? no : awaits_frame(d) && d.block.mark_depth == 0 ? surely : likely;
    case SectionId::modules:
      return d.modules ? no : d.kind->dumps_registers || d.die ? likely : maybe;
    case SectionId::modules_more:
      return d.modules ? likely : no;
    case SectionId::end_mark:
      return d.ended && hit.section->starts != "---[ end Kernel panic" ? no : d.block.trace ? likely : maybe;
    case SectionId::locks:
      return maybe;
    case SectionId::backtrace:
      return d.backtraces ? likely : maybe;
    case SectionId::trailer:
      return d.die && !d.block.trace ? likely : maybe;  // an oops dumps ftrace's buffer before its registers
    case SectionId::stack_label:
    case SectionId::text:
      return likely;
    case SectionId::frame:
      return no;
  }
  return no;
}

}  // namespace

SameCaller same_caller(const Draft& d, const LogLine& line) {
  if (line.caller.empty() || d.report.caller.empty()) return SameCaller::unknown;
  return d.report.caller == line.caller || d.guest == line.caller ? SameCaller::yes : SameCaller::no;
}

int fit(const Draft& d, const SectionHit& hit, const LogLine&) { return fit_own(d, hit); }

int fit_frame(const Draft& d, const LogLine&) {
  if (!d.heading.empty()) return likely;
  // arm prints no heading above its frames (arch/arm/kernel/traps.c c_backtrace, unwind_backtrace).
  if (!d.in_stack && !d.block.trace && (d.block.cpu || d.block.pc)) return likely;
  if (!d.in_stack)
    return d.block.trace && !d.ended &&
                   (d.last == SectionId::registers || d.last == SectionId::trace_mark || d.last == SectionId::code ||
                    d.last == SectionId::pc)
               ? likely
               : no;
  return d.last == SectionId::frame || d.last == SectionId::trace_start || d.last == SectionId::trace_mark ||
                 d.last == SectionId::stack_label
             ? surely
             : maybe;
}

}  // namespace unoops
