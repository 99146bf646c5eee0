// What no open report takes: a trace without a head, and what is left of a report whose head is lost.
#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/symbol_ref.hpp"
#include "kinds/kind.hpp"
#include "parse/assembler.hpp"

namespace unoops::parse {
namespace {

// Asked of every line that nothing else takes: a list, and not the whole table.
std::vector<const Kind*> kinds_with_remainders() {
  std::vector<const Kind*> out;
  for (const Kind* kind : kind_rows())
    if (kind->remainder) out.push_back(kind);
  return out;
}

}  // namespace

// A line of a report whose header was lost.
bool Assembler::read_remainder(const LogLine& line, std::string_view text) {
  static const auto kinds = kinds_with_remainders();
  for (const Kind* kind : kinds) {
    probe_.kind = kind;
    probe_.line = &line;
    if (!kind->remainder(text, probe_)) continue;
    probe_ = {};
    auto& draft = open(*kind, line);
    draft.line = &line;
    kind->remainder(text, draft);
    draft.report.headline = trim(text);
    draft.add_defect(DefectKind::truncated, "its beginning is not in the log");
    draft.report.corrupted = true;
    own(draft, line, SectionId::stack_label);
    return true;
  }
  return false;
}

// A frame without a head among the lines of reports that are being printed by turns is one of theirs: nobody knows
// whose.
ReportBuilder* Assembler::find_by_turns(const LogLine& line) {
  if (!line.caller.empty()) return nullptr;
  const auto at = std::ranges::find_if(drafts_, [&](const ReportBuilder& d) {
    return d.contested_at && d.block.trace && !d.ended && tick_ - d.last_tick <= turn_ticks;
  });
  return at == drafts_.end() ? nullptr : &*at;
}

// A trace without a head: a plain dump_stack(), or what is left of a report.
bool Assembler::read_orphan(const LogLine& line, std::string_view text) {
  static const Kind& kind = kind_with(Trait::headless);
  if (read_remainder(line, text)) return true;
  FrameLine frame;
  if (may_hold_symbol_ref(text) && read_frame(text, frame) && frame.ref.offset) {
    if (auto* draft = find_by_turns(line)) return take_section(*draft, {}, line, text);
    auto& draft = open(kind, line);
    draft.block.trace = true;
    return take_section(draft, {}, line, text);
  }
  std::vector<SectionHit> hits;
  find_sections(text, hits);
  probe_.kind = &kind;
  for (const auto& hit : hits) {
    const auto id = hit.section->id;
    if (!may_hold(probe_, hit) || (id != SectionId::cpu && id != SectionId::trace_start && id != SectionId::backtrace))
      continue;
    if (take_section(open(kind, line), hit, line, text)) return true;
    drafts_.pop_front();
  }
  return false;
}

}  // namespace unoops::parse
