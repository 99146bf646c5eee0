#include "parse/orphans.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/symbol_ref.hpp"
#include "kinds/lost_head.hpp"
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

// "RIP: 0033:0x7f12a4b5c6d7"
bool is_of_program(const OpenReport& open) { return open.builder.block.user; }

const Kind& headless() {
  static const Kind& kind = kind_with(Trait::headless);
  return kind;
}

}  // namespace

bool Orphans::read(const LogLine& line) {
  if (reports_.tick() <= 1) parts_ = 0;
  if (read_remainder(line) || read_frame(line) || read_section(line)) return true;
  if (std::ranges::any_of(hits_, [](const SectionHit& hit) { return !hit.section->starts.empty(); }))
    ++parts_;
  else
    remember({line.number, reports_.tick(), line.text, line.caller, line.time_us});
  return false;
}

void Orphans::remember(const Said& said) {
  auto& last = last_[next_++ % last_.size()];
  last.said.number = said.number;
  last.said.tick = said.tick;
  last.said.text = said.text;
  last.caller = said.caller;
  last.time_us = said.time_us;
}

void Orphans::pass(std::uint64_t number, const input::PlainLine& line) {
  passed_[passing_++ % passed_.size()] = {number, reports_.tick(), line.text, line.caller, line.time_us};
}

void Orphans::catch_up() {
  const auto kept = std::min(passing_, passed_.size());
  next_ += passing_ - kept;
  for (auto at = passing_ - kept; at != passing_; ++at) remember(passed_[at % passed_.size()]);
  passing_ = 0;
}

// What was said in one breath with the line, the oldest first. Where lines have no time, only words of a failure are
// taken for it.
std::vector<PreludeLine> Orphans::said_before(const LogLine& line) const {
  static constexpr std::int64_t breath_us = 5'000;
  std::vector<PreludeLine> said;
  auto tick = reports_.tick();
  auto time = line.time_us;
  for (std::size_t back = 1; back <= last_.size() && back <= next_; ++back) {
    const auto& last = last_[(next_ - back) % last_.size()];
    const bool timed = time && last.time_us;
    if (last.said.tick + 1 != tick || last.caller != line.caller || (timed && *time - *last.time_us > breath_us)) break;
    tick = last.said.tick;
    time = last.time_us;
    said.insert(said.begin(), last.said);
  }
  const auto failure = std::ranges::find_if(said, [](const PreludeLine& one) { return is_failure(one.text); });
  if (failure != said.end())
    said.erase(said.begin(), failure);
  else if (!line.time_us)
    said.clear();
  else if (said.size() > 1)
    said.erase(said.begin(), said.end() - 1);
  return said;
}

// A line of a report whose header was lost.
bool Orphans::read_remainder(const LogLine& line) {
  static const auto kinds = kinds_with_remainders();
  for (const Kind* kind : kinds) {
    probe_.builder.line = &line;
    if (!kind->remainder(line.text, probe_.builder)) continue;
    // What died and is still open has such lines at its end; what is a remainder itself, only those of its task.
    const auto pid = probe_.report().pid;
    const auto has_it = [&](const OpenReport& open) {
      return open.died() && (open.kind != kind || !pid || !open.report().pid || open.report().pid == pid);
    };
    if (std::ranges::any_of(reports_, has_it)) {
      probe_.builder = {};
      return false;
    }
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
  if (!may_hold_symbol_ref(line.text)) return false;
  if (FrameLine frame; !grammar::read_frame(line.text, frame) || !frame.ref.offset) return false;
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
    const bool begins = begins_dump(hit.id()) ||
                        (reports_.empty() && (is_within_dump(hit.id()) || hit.section->traits.has(LineTrait::proves)));
    if (begins && may_hold(probe_, hit) && open_headless(line, hit)) return true;
  }
  return false;
}

bool Orphans::open_headless(const LogLine& line, const SectionHit& hit) {
  auto before = said_before(line);
  auto& open = reports_.open(headless(), line);
  open.before = std::move(before);
  open.begins_log = reports_.tick() <= parts_ + 1;
  open.builder.block.trace = !hit.section;
  if (!reports_.read(open, hit, line) || is_of_program(open)) {
    reports_.withdraw();
    return false;
  }
  if (trace_) trace_->took(line, open, fmt::format("opens: {} without a header", words_of(hit.id())));
  return true;
}

}  // namespace unoops::parse
