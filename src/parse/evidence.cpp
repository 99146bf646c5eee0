#include "parse/evidence.hpp"

#include <algorithm>

#include "arch/registers.hpp"
#include "base/text.hpp"
#include "grammar/cpu_line.hpp"
#include "grammar/symbol_ref.hpp"
#include "parse/entry_order.hpp"

namespace unoops::parse {
namespace {

// The low two bits of a selector are the privilege: "RIP: 0033:0x7f12" and "RSP: 002b:00007ffc" are user mode's.
enum class Mode { unknown, kernel, user };
Mode mode_of(const Section& row, std::string_view text) {
  if (!row.traits.has(LineTrait::selector)) return Mode::unknown;
  const auto at = text.find(": ");
  unsigned selector = 0;
  Scanner s(at == std::string_view::npos ? std::string_view() : text.substr(at + 2));
  if (!s.hex_n(4, selector) || !s.lit(":")) return Mode::unknown;
  return (selector & 3U) == 3 ? Mode::user : Mode::kernel;
}

// The header named the task, and so does the CPU line.
bool names_its_task(const ReportBuilder& d, std::string_view text) {
  const auto line = d.is_own() && d.report.pid && !d.block.cpu ? read_cpu_line(text) : std::nullopt;
  return line && line->pid == d.report.pid;
}

// "WARNING: CPU: 1 PID: 172 at file:193 foo+0x72/0xb0" has the pc (v6.1 kernel/panic.c __warn).
bool is_headline_pc(const ReportBuilder& d, std::string_view text) {
  if (d.block.pc || !d.is_own() || d.report.stacks.empty()) return false;
  const auto& first = d.report.stacks.front();
  if (first.occurrence != Occurrence::headline || first.frames.empty()) return false;
  const auto found = first_frame(text, text);
  const auto& ref = first.frames.front().ref;
  return found && found->ref.symbol == ref.symbol && found->ref.offset == ref.offset;
}

// The report has its line of this row, so a second one is another report's.
bool said_already(const ReportBuilder& d, const Section& row) {
  constexpr std::size_t recent = 16;
  const auto& messages = d.report.messages;
  const auto from = messages.end() - static_cast<std::ptrdiff_t>(std::min(messages.size(), recent));
  return !row.starts.empty() &&
         std::any_of(from, messages.end(), [&](const std::string& m) { return m.starts_with(row.starts); });
}

Fit weigh_pc(const ReportBuilder& d, const Section& row, std::string_view text, Fit fit) {
  if (is_headline_pc(d, text)) return Fit::proven;
  const auto mode = mode_of(row, text);
  if (!d.block.trace) return mode == Mode::user && d.is_own() ? std::min(fit, Fit::maybe) : fit;
  const auto last = last_confirmed(d);
  if (!last) return fit;
  // A program's registers follow the frame of the entry code that saved them.
  if (mode == Mode::user) return is_entry(*last) ? Fit::surely : Fit::unlikely;
  return is_last(*last) && mode == Mode::kernel ? Fit::no : fit;
}

Fit weigh_registers(const ReportBuilder& d, const SectionHit& hit, std::string_view text, Fit fit) {
  if (hit.section->traits.has(LineTrait::selector) && (mode_of(*hit.section, text) == Mode::user) != d.block.user)
    return Fit::no;
  const bool whole = !d.block.user && !d.block.skip;
  if (whole && fit >= Fit::likely && hit.arch && !hit.arch->info.fault_address.empty() && d.report.fault.address &&
      value_behind(text, hit.arch->info.fault_address) == d.report.fault.address)
    return Fit::proven;
  return fit;
}

// "</TASK>" follows the last frame.
Fit weigh_closing_mark(const ReportBuilder& d, Fit fit) {
  if (d.block.mark_depth == 0) return std::min(fit, Fit::maybe);
  const auto last = last_confirmed(d);
  return (last && is_last(*last)) || d.block.user ? Fit::surely : fit;
}

}  // namespace

std::string_view words_of(Fit fit) {
  static constexpr std::string_view words[] = {"no", "unlikely", "maybe", "likely", "surely", "proven"};
  return words[static_cast<std::size_t>(fit)];
}

Fit weigh(const ReportBuilder& d, const SectionHit& hit, std::string_view text, Fit fit) {
  const auto& row = *hit.section;
  switch (row.id) {
    case SectionId::cpu:
      return names_its_task(d, text) ? Fit::proven : fit;
    case SectionId::detail:
      return said_already(d, row) ? Fit::unlikely : fit;
    case SectionId::pc:
      return weigh_pc(d, row, text, fit);
    case SectionId::registers:
      return weigh_registers(d, hit, text, fit);
    case SectionId::trace_mark:
      return text.starts_with("</") ? weigh_closing_mark(d, fit) : fit;
    default:
      return fit;
  }
}

Fit weigh_frame(const ReportBuilder& d, const FrameLine& line, Fit fit) {
  if (!line.reliable) return fit;
  const auto last = last_confirmed(d);
  if (last && !may_follow(*last, line.ref.symbol)) return Fit::unlikely;
  return last && is_next(*last, line.ref.symbol) ? Fit::proven : fit;
}

}  // namespace unoops::parse
