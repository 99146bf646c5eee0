#include "parse/opener.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "facts/panics.hpp"
#include "parse/settle.hpp"
#include "report/fact_names.hpp"

namespace unoops::parse {
namespace {

constexpr std::uint64_t soon = 100;  // lines between what is left of a report and the panic that it led to

// "Kernel Offset: " is printed by a panic's notifier: what printed it brought the machine down.
bool brought_down(const OpenReport& open) { return open.died() || open.report().kernel_offset; }

bool awaits_die(const OpenReport& open) {
  const auto& d = open.builder;
  if (open.kind->has(Trait::bracketed | Trait::runs_in_task)) return false;  // it kills nobody
  return !d.die && !d.block.trace && !d.ended && d.is_own();
}

// "#PF: error_code(0x0002)" and then "Oops: 0002 [#1]" (v6.1 arch/x86/mm/fault.c show_fault_oops, page_fault_oops)
bool names_its_error_code(const Report& r, std::string_view text) {
  return !r.fault.error_code.empty() && text.find(": " + r.fault.error_code + " [#") != std::string_view::npos;
}

}  // namespace

bool Opener::read(const LogLine& line) {
  std::optional<HeaderHit> last;
  const bool taken = header_index().find(line.text, [&](const HeaderHit& hit) {
    if (hit.trouble) note(line, hit);
    if (!hit.header) return false;
    if (hit.header->use != Header::Use::last) return take(line, hit);
    if (!last) last = hit;
    return false;
  });
  return taken || (last && take(line, *last));
}

void Opener::note(const LogLine& line, const HeaderHit& hit) {
  troubles_.note(*hit.trouble, line, hit.at, reports_.tick());
  if (trace_) trace_->at(line, fmt::format("kept for later reports: {}", hit.trouble->what));
}

bool Opener::take(const LogLine& line, const HeaderHit& hit) {
  const auto before = line.text.substr(0, hit.at);
  // crash quotes the panic of the dump that it has loaded (its kernel.c, display_sys_stats).
  if (before.ends_with("PANIC: \"")) return false;
  const Scanner rest(line.text.substr(hit.at + hit.header->needle.size()));
  if (hit.header->use == Header::Use::body && take_as_body(line, before, rest, hit)) return true;
  if (hit.header->use == Header::Use::joins && join(line, before, rest, hit)) return true;
  // Read into a builder of its own, because a line that turns out to be no header must not open or change a report.
  ReportBuilder read;
  read.line = &line;
  if (hit.header->read && !hit.header->read(before, rest, read)) {
    if (trace_) trace_->at(line, fmt::format("\"{}\" is no header of {} here", hit.header->needle, hit.kind->info.id));
    return false;
  }
  if (hit.kind->has(Trait::derives_panic) && derive_panic(line, read.report.fact(fact::reason))) return true;
  open(line, hit, std::move(read));
  return true;
}

void Opener::open(const LogLine& line, const HeaderHit& hit, ReportBuilder&& read) {
  const auto prelude = preludes_.take(line, reports_.tick());
  reports_.drop_replayed(line, trim(line.text.substr(hit.at)));
  auto& open = reports_.open(*hit.kind, line, std::move(read));
  adopt(open, prelude);
  auto& r = open.report();
  r.headline = trim(line.text.substr(hit.at));
  // init may die of its own; every other such panic has a cause.
  if (const auto* row = hit.kind->has(Trait::derives_panic) ? find_derived_panic(r.fact(fact::reason)) : nullptr)
    open.orphan = !row->needs_init;
  open.turn.prefixed = line.prefixed;
  reports_.own(open, line, SectionId::detail);
  if (trace_)
    trace_->took(line, open,
                 fmt::format("opens: the header \"{}\" of {}; lines before it: {}", hit.header->needle, r.kind->id,
                             prelude.size()));
}

// The report that waits for its die header; the one whose error code the header names, where several wait.
OpenReport* Opener::find_dying(const LogLine& line) {
  OpenReport* first = nullptr;
  for (auto& open : reports_) {
    if (!awaits_die(open) || same_caller(open, line) == SameCaller::no) continue;
    if (names_its_error_code(open.report(), line.text)) return &open;
    if (!first) first = &open;
  }
  return first;
}

bool Opener::take_as_body(const LogLine& line, std::string_view before, Scanner rest, const HeaderHit& hit) {
  auto* const open = find_dying(line);
  if (!open) return false;
  auto& d = open->builder;
  d.line = &line;
  if (hit.header->read && !hit.header->read(before, rest, d)) return false;
  d.die = true;
  reports_.own(*open, line, SectionId::die);
  if (trace_) trace_->took(line, *open, fmt::format("\"{}\" in a report that waits for it", hit.header->needle));
  return true;
}

bool Opener::join(const LogLine& line, std::string_view before, Scanner rest, const HeaderHit& hit) {
  for (auto& open : reports_) {
    if (open.kind != hit.kind || open.report().panic || same_caller(open, line) == SameCaller::no) continue;
    open.builder.line = &line;
    if (!hit.header->read(before, rest, open.builder)) continue;
    reports_.own(open, line, SectionId::text);
    if (trace_) trace_->took(line, open, fmt::format("\"{}\" goes on with it", hit.header->needle));
    return true;
  }
  return false;
}

// The report that a panic comes from: of the caller that panics, where callers are told; what died in an interrupt may
// panic as another.
OpenReport* Opener::find_panicked(const LogLine& line, const DerivedPanic& row) {
  for (const auto wanted : {SameCaller::yes, SameCaller::unknown, SameCaller::no})
    for (auto& open : reports_)
      if (same_caller(open, line) == wanted && !open.report().panic &&
          (derives_from(row, open.kind->info.id, brought_down(open), open.report().pid == 1) ||
           (reports_.tick() - open.ticks.last < soon && settle_by_panic(open, row))))
        return &open;
  return nullptr;
}

bool Opener::derive_panic(const LogLine& line, std::string_view reason) {
  const auto* row = find_derived_panic(reason);
  auto* open = row ? find_panicked(line, *row) : nullptr;
  if (!open) return false;
  auto& r = open->report();
  if (row->absorbs) {
    static const Kind& panic = kind_with(Trait::derives_panic);
    open->kind = &panic;
    r.headline = trim(line.text);
    r.set_fact(fact::reason, reason);
    reports_.own(*open, line, SectionId::detail);
    if (trace_) trace_->took(line, *open, "the panic that its lines announce");
    return true;
  }
  r.panic = Panic{std::string(reason), line.number};
  open->builder.start_block(Block::Role::panic, "Call Trace (panic)");
  reports_.own(*open, line, SectionId::trailer);
  if (trace_) trace_->took(line, *open, fmt::format("the panic comes from it, by its reason \"{}\"", row->reason));
  return true;
}

}  // namespace unoops::parse
