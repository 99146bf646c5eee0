#include "parse/orphans.hpp"

#include <fmt/core.h>

#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/symbol_ref.hpp"
#include "parse/contests.hpp"

namespace unoops::parse {
namespace {

// Asked of every line that nothing else takes: a list, and not the whole table.
std::vector<const Kind*> kinds_with_remainders() {
  std::vector<const Kind*> out;
  for (const Kind* kind : kind_rows())
    if (kind->remainder) out.push_back(kind);
  return out;
}

const Kind& headless() {
  static const Kind& kind = kind_with(Trait::headless);
  return kind;
}

}  // namespace

bool Orphans::read(const LogLine& line) { return read_remainder(line) || read_frame(line) || read_section(line); }

// A line of a report whose header was lost.
bool Orphans::read_remainder(const LogLine& line) {
  static const auto kinds = kinds_with_remainders();
  for (const Kind* kind : kinds) {
    probe_.builder.line = &line;
    if (!kind->remainder(line.text, probe_.builder)) continue;
    auto& open = reports_.open(*kind, line, std::exchange(probe_.builder, {}));
    open.report().headline = trim(line.text);
    open.builder.add_defect(DefectKind::truncated, "its beginning is not in the log");
    open.report().corrupted = true;
    reports_.own(open, line, SectionId::stack_label);
    if (trace_)
      trace_->took(line, open, fmt::format("opens: only {} has such a line; its header is lost", kind->info.id));
    return true;
  }
  return false;
}

// A plain dump_stack(), or what is left of a report.
bool Orphans::read_frame(const LogLine& line) {
  FrameLine frame;
  if (!may_hold_symbol_ref(line.text) || !grammar::read_frame(line.text, frame) || !frame.ref.offset) return false;
  auto* const open = find_by_turns(reports_, line);
  if (!open) return open_headless(line, {});
  const bool taken = reports_.read(*open, {}, line);
  if (taken && trace_) trace_->took(line, *open, "a frame, and reports are printed by turns: it may be another's");
  return taken;
}

// What a dump or a trace begins with.
bool Orphans::read_section(const LogLine& line) {
  hits_.clear();
  find_sections(line.text, hits_);
  probe_.kind = &headless();
  for (const auto& hit : hits_) {
    const auto id = hit.id();
    const bool begins = id == SectionId::cpu || id == SectionId::trace_start || id == SectionId::backtrace;
    if (begins && may_hold(probe_, hit) && open_headless(line, hit)) return true;
  }
  return false;
}

bool Orphans::open_headless(const LogLine& line, const SectionHit& hit) {
  auto& open = reports_.open(headless(), line);
  open.builder.block.trace = !hit.section;
  if (!reports_.read(open, hit, line)) {
    reports_.withdraw();
    return false;
  }
  if (trace_) trace_->took(line, open, fmt::format("opens: {} without a header", words_of(hit.id())));
  return true;
}

}  // namespace unoops::parse
