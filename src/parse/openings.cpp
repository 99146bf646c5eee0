// What opens a report, joins one or turns out to be a part of one: headers, what stood before them, panics.
#include <algorithm>
#include <span>

#include "base/text.hpp"
#include "facts/panics.hpp"
#include "parse/assembler.hpp"
#include "parse/fit.hpp"

namespace unoops::parse {
namespace {

// Something that can bring the machine down: an oops, a BUG, an exception.
bool died(const ReportBuilder& d) { return d.die || d.report.die_number || d.report.kernel_offset; }

void adopt(ReportBuilder& draft, std::span<const PreludeLine> prelude) {
  for (const auto& kept : prelude) {
    draft.first_tick = std::min(draft.first_tick, kept.tick);
    draft.add_line(kept.number);
    draft.report.raw.push_back(kept.text);
    const auto words = trim(kept.text);
    if (!words.empty() && !is_cut_here(words) && !is_report_ruler(words))
      draft.add_message(words);
    else if (is_report_ruler(words) && draft.kind->has(Trait::bracketed))
      draft.bracket = true;
  }
}

}  // namespace

bool Assembler::read_header(const LogLine& line, std::string_view text) {
  std::optional<HeaderHit> last;
  const bool taken = header_index().find(text, [&](const HeaderHit& hit) {
    if (hit.header->use != Header::Use::last) return take_header(line, text, hit);
    if (!last) last = hit;
    return false;
  });
  return taken || (last && take_header(line, text, *last));
}

bool Assembler::take_header(const LogLine& line, std::string_view text, const HeaderHit& hit) {
  const auto before = text.substr(0, hit.at);
  const Scanner rest(text.substr(hit.at + hit.header->needle.size()));
  if (hit.header->use == Header::Use::body && take_body_header(line, before, rest, hit)) return true;
  if (hit.header->use == Header::Use::joins && join(line, before, rest, hit)) return true;
  // Read into a trial first: a header that is none after all must leave no trace.
  ReportBuilder trial;
  trial.kind = hit.kind;
  trial.line = &line;
  if (hit.header->read && !hit.header->read(before, rest, trial)) return false;
  if (hit.kind->has(Trait::derives_panic) && derive_panic(line, trial.report.fact("reason"))) return true;
  const auto prelude = preludes_.take(line, tick_);
  auto& draft = open(*hit.kind, line);
  trial.first_tick = draft.first_tick;
  trial.report.file = std::move(draft.report.file);
  trial.report.boot = draft.report.boot;
  trial.report.caller = std::move(draft.report.caller);
  trial.report.time_us = draft.report.time_us;
  trial.report.wall_time = std::move(draft.report.wall_time);
  trial.report.host = std::move(draft.report.host);
  trial.report.line_first = trial.report.line_last = line.number;
  trial.report.kind = &hit.kind->info;
  draft = std::move(trial);
  adopt(draft, prelude);
  draft.report.headline = trim(text.substr(hit.at));
  // init may die of its own; every other such panic has a cause.
  if (const auto* row = hit.kind->has(Trait::derives_panic) ? find_derived_panic(draft.report.fact("reason")) : nullptr)
    draft.orphan = !row->needs_init;
  draft.prefixed = line.prefixed;
  own(draft, line, SectionId::detail);
  return true;
}

bool Assembler::take_body_header(const LogLine& line, std::string_view before, Scanner rest, const HeaderHit& hit) {
  for (auto& draft : drafts_) {
    if (same_caller(draft, line) == SameCaller::no) continue;
    if (draft.kind->has(Trait::bracketed | Trait::runs_in_task)) continue;  // it kills nobody
    if (draft.die || draft.block.trace || draft.ended || draft.block.role != Block::Role::own) continue;
    draft.line = &line;
    if (hit.header->read && !hit.header->read(before, rest, draft)) return false;
    draft.die = true;
    own(draft, line, SectionId::die);
    return true;
  }
  return false;
}

bool Assembler::join(const LogLine& line, std::string_view before, Scanner rest, const HeaderHit& hit) {
  for (auto& draft : drafts_) {
    if (draft.kind != hit.kind || draft.report.panic || same_caller(draft, line) == SameCaller::no) continue;
    draft.line = &line;
    if (!hit.header->read(before, rest, draft)) continue;
    own(draft, line, SectionId::text);
    return true;
  }
  return false;
}

// The report that a panic comes from: of the caller that panics, where callers are told; what died in an interrupt may
// panic as another.
ReportBuilder* Assembler::find_panicked(const LogLine& line, const DerivedPanic& row) {
  for (const auto wanted : {SameCaller::yes, SameCaller::unknown, SameCaller::no})
    for (auto& draft : drafts_)
      if (same_caller(draft, line) == wanted && !draft.report.panic &&
          derives_from(row, draft.kind->info.id, died(draft), draft.report.pid == 1))
        return &draft;
  return nullptr;
}

bool Assembler::derive_panic(const LogLine& line, std::string_view reason) {
  const auto* row = find_derived_panic(reason);
  auto* draft = row ? find_panicked(line, *row) : nullptr;
  if (!draft) return false;
  if (row->absorbs) {
    static const Kind& panic = kind_with(Trait::derives_panic);
    draft->kind = &panic;
    draft->report.headline = trim(line.text);
    draft->report.set_fact("reason", reason);
    own(*draft, line, SectionId::detail);
    return true;
  }
  draft->report.panic = Panic{std::string(reason), line.number};
  draft->start_block(Block::Role::panic, "Call Trace (panic)");
  own(*draft, line, SectionId::trailer);
  return true;
}

}  // namespace unoops::parse
