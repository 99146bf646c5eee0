#include "parse/fit.hpp"

#include <algorithm>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "base/text.hpp"
#include "facts/frames.hpp"
#include "grammar/cpu_line.hpp"
#include "grammar/symbol_ref.hpp"
#include "kinds/kind.hpp"
#include "parse/tails.hpp"

namespace unoops::parse {
namespace {

using enum Fit;

Fit fit_registers(const Draft& d, int order) {
  if (d.last == SectionId::registers || d.last == SectionId::pc || d.last == SectionId::code) {
    // Since v4.18 the code stands between the pc and the registers.
    if (order == d.block.register_order + 1) return d.last == SectionId::pc ? likely : surely;
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

Fit fit_pc(const Draft& d) {
  // Behind </IRQ> stand the registers of what was interrupted (v6.1 arch/x86/kernel/dumpstack.c show_regs_if_on_stack).
  if (d.last == SectionId::trace_mark && d.block.trace && !d.block.over && !d.in_stack && !d.ended) return surely;
  if (awaits_frame(d)) return no;
  // What an oops repeats behind its end trace (v6.1 arch/x86/kernel/dumpstack.c oops_end) a warning does not.
  if (d.block.role == Block::Role::repeat && !d.die && !d.report.die_number) return no;
  if (d.block.role == Block::Role::panic && !d.block.trace) return no;  // panic() dumps a stack, no registers
  if (d.block.role == Block::Role::repeat && d.arch && !d.arch->repeats_registers) return no;
  // The CPU or task line, and then its pc; to v4.18 once more, "IP: " stood above.
  const bool named_task = d.last == SectionId::cpu || d.last == SectionId::task_info;
  if (!d.block.trace && named_task && !d.block.registers) return surely;
  if (!d.block.pc && !d.block.trace) return likely;
  if (!d.block.pc && d.is_own() && !d.kind->dumps_registers && !d.in_stack) return no;
  if (!d.block.pc) return !d.in_stack && d.modules && !d.ended ? no : likely;
  if (d.last == SectionId::pc) return likely;                               // "pc :" and "lr :" follow each other
  if (d.in_stack && d.last == SectionId::frame && !d.ended) return likely;  // where the trace came into the kernel
  if (d.block.trace && !d.ended) return maybe;  // an interrupted context within the trace; tail summaries
  return no;
}

Fit fit_code(const Draft& d, const SectionHit& hit) {
  const bool continues = hit.section->order > 0;
  if (continues) return d.last == SectionId::code ? surely : no;
  if (d.last == SectionId::pc) return surely;
  if (d.block.code && !d.block.user) return no;
  return d.last == SectionId::registers ? likely : maybe;
}

// A selector's low two bits are the privilege: "RIP: 0033:0x7f12", "RSP: 002b:00007ffc".
bool is_of_user(std::string_view text) {
  const auto at = text.find(": ");
  unsigned selector = 0;
  Scanner s(at == std::string_view::npos ? std::string_view() : text.substr(at + 2));
  return s.hex_n(4, selector) && s.lit(":") && (selector & 3) == 3;
}

// The header named the task.
bool names_its_task(const Draft& d, std::string_view text) {
  const auto line = d.is_own() && d.report.pid && !d.block.cpu ? read_cpu_line(text) : std::nullopt;
  return line && line->pid == d.report.pid;
}

// "#PF: error_code(0x0002)" and then "Oops: 0002 [#1]" (v6.1 arch/x86/mm/fault.c show_fault_oops, page_fault_oops)
bool has_its_error_code(const Draft& d, std::string_view text) {
  const auto& code = d.report.fault.error_code;
  return !code.empty() && text.find(": " + code + " [#") != std::string_view::npos;
}

// Behind its end trace an oops repeats its registers, and nothing else (v6.1 arch/x86/kernel/dumpstack.c oops_end).
bool is_over_for(const Draft& d, SectionId id) {
  if (!d.ended || d.block.role != Block::Role::repeat) return false;
  if (id == SectionId::pc || id == SectionId::code || id == SectionId::registers) return !d.die && !d.report.die_number;
  return id == SectionId::cpu || id == SectionId::task_info || id == SectionId::trace_start || id == SectionId::locks;
}

// "WARNING: CPU: 1 PID: 172 at file:193 foo+0x72/0xb0" has the pc (v6.1 kernel/panic.c __warn).
bool is_headline_pc(const Draft& d, std::string_view text) {
  if (d.block.pc || !d.is_own() || d.report.stacks.empty()) return false;
  const auto& first = d.report.stacks.front();
  if (first.context != "headline" || first.frames.empty()) return false;
  const auto found = first_ref(text, text);
  const auto& ref = first.frames.front().ref;
  return found && found->symbol == ref.symbol && found->offset == ref.offset;
}

// A line of its sort is there: the second one is another report's.
bool said_already(const Draft& d, const SectionHit& hit, std::string_view text) {
  constexpr std::size_t told = 8;  // "#PF: sup" and "#PF: err" are two
  const auto words = text.substr(0, hit.section->starts == "#PF" ? told : hit.section->starts.size());
  const auto& messages = d.report.messages;
  const auto recent = messages.end() - static_cast<std::ptrdiff_t>(std::min<std::size_t>(messages.size(), 16));
  return !words.empty() &&
         std::any_of(recent, messages.end(), [&](const std::string& m) { return m.starts_with(words); });
}

Fit weigh_pc(const Draft& d, std::string_view text, Fit score) {
  const bool user = is_of_user(text);
  if (!d.block.trace) return user && d.is_own() ? std::min(score, maybe) : score;
  const auto last = d.in_stack ? last_confirmed(d) : std::nullopt;
  if (!last) return score;
  // A program's registers stand behind the frame of the entry from it.
  if (user) return is_entry(*last) ? surely : unlikely;
  return is_last(*last) && text.starts_with("RIP: 0010:") ? no : score;
}

Fit weigh_registers(const Draft& d, const SectionHit& hit, std::string_view text, Fit score) {
  if (text.starts_with("RSP: ") && is_of_user(text) != d.block.user) return no;
  const bool is_short = d.block.user || d.block.skip;
  if (is_short && hit.arch && hit.section->order > hit.arch->last_short_register_line) return no;
  if (hit.arch && hit.arch->info.fault_address == "CR2" && d.report.fault.address && !is_short && score >= likely &&
      value_behind(text, "CR2") == d.report.fault.address)
    return proven;
  return score;
}

Fit weigh_end(const Draft& d, Fit score) {
  const auto last = d.in_stack ? last_confirmed(d) : std::nullopt;
  if (d.block.mark_depth == 0) return std::min(score, maybe);
  return (last && is_last(*last)) || d.block.user ? surely : score;
}

// What a fault's first lines name is read before its "Oops: ...": who has not printed that yet has no CPU line to come.
bool awaits_die(const Draft& d) {
  return !d.die && d.is_own() && (d.kind->info.id == "page-fault" || d.kind->info.id == "null-pointer-dereference");
}

Fit fit_own(const Draft& d, const SectionHit& hit) {
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

Fit fit(const Draft& d, const SectionHit& hit) { return fit_own(d, hit); }

Fit fit_among(const Draft& d, const SectionHit& hit, const LogLine& line) {
  const Fit score = fit_own(d, hit);
  if (score == no || is_over_for(d, hit.section->id)) return no;
  const auto text = trim(line.text);
  switch (hit.section->id) {
    case SectionId::cpu:
      if (names_its_task(d, text)) return proven;
      // v6.1 arch/x86/kernel/dumpstack.c __die: the header, and at once the registers; kernel/panic.c __warn: the
      // modules
      return d.last == SectionId::die || (d.modules && d.last != SectionId::detail) ? surely : score;
    case SectionId::die:
      return has_its_error_code(d, text) ? proven : score;
    case SectionId::detail:
      if (said_already(d, hit, text)) return unlikely;
      return hit.section->shared && !awaits_die(d) ? std::min(score, maybe) : score;
    case SectionId::task_info:
      return d.is_own() && !d.report.hardware.empty() && hit.section->starts == "Hardware name: " ? unlikely : score;
    case SectionId::pc:
      if (is_headline_pc(d, text)) return proven;
      return weigh_pc(d, text, score);
    case SectionId::registers:
      return weigh_registers(d, hit, text, score);
    case SectionId::trace_mark:
      return text.starts_with("</") ? weigh_end(d, score) : score;
    case SectionId::locks:
      return d.kind->bracketed ? std::max(score, likely) : d.in_stack && d.last == SectionId::frame ? unlikely : score;
    case SectionId::end_mark:
      if (hit.section->starts == "---[ end Kernel panic" && !d.report.panic && !d.kind->derives) return no;
      return d.die ? (d.modules ? surely : score) : d.block.over ? surely : score;
    default:
      return score;
  }
}

Fit fit_frame_among(const Draft& d, const FrameLine& line) {
  if (d.kind->is_one_line() || (d.ended && d.block.role == Block::Role::repeat)) return no;
  const Fit score = fit_frame(d);
  if (score == no || !line.reliable || !d.in_stack) return score;
  const auto last = last_confirmed(d);
  if (last && !may_follow(*last, line.ref.symbol)) return unlikely;
  return last && is_next(*last, line.ref.symbol) ? proven : score;
}

Fit fit_frame(const Draft& d) {
  if (!d.heading.empty()) return likely;
  // arm prints no heading above its frames (arch/arm/kernel/traps.c c_backtrace, unwind_backtrace).
  if (!d.in_stack && !d.block.trace && (d.block.cpu || d.block.pc)) return likely;
  // The interrupted context's registers, and its frames.
  if (!d.in_stack && d.last == SectionId::registers && d.block.skip) return surely;
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

}  // namespace unoops::parse
