#include "parse/assembler.hpp"

#include <algorithm>

#include "arch/arch.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/symbol_ref.hpp"
#include "parse/fit.hpp"
#include "parse/module_list.hpp"

namespace unoops::parse {
namespace {

// How long a report may be silent before nothing is expected of it any more. NMI backtraces over a slow serial line
// take ten seconds.
constexpr std::uint64_t stale_ticks = 600;
constexpr std::uint64_t silent_ticks = 100;    // after these it is most likely complete
constexpr std::int64_t silent_us = 2'000'000;  // where somebody else prints
constexpr std::int64_t stale_us = 30'000'000;
constexpr std::uint64_t stale_us_ticks = 60;  // one line with a strange time proves nothing

// Its headline, registers and trace are not all there yet.
bool is_printing(const ReportBuilder& d) {
  return (d.is_own() || d.block.role == Block::Role::panic) && !d.ended && !(d.modules && d.block.trace);
}

// Words that end in a colon right before frames are the label of a stack of their own: "page last allocated via order
// 0, ...:" aside, whose words are told apart from their numbers.
void take_heading(ReportBuilder& d) {
  if (d.heading.empty()) return;
  const auto heading = std::exchange(d.heading, {});
  if (!heading.ends_with(':') && !heading.starts_with("page last ")) return;
  d.open_stack(trim(std::string_view(heading).substr(0, heading.find_first_of(":,("))));
}

// What every dump of a CPU's state holds, in its order.
bool is_state(SectionId id) {
  return id == SectionId::cpu || id == SectionId::task_info || id == SectionId::pc || id == SectionId::code ||
         id == SectionId::registers || id == SectionId::trace_start;
}

// "[   12.34[   12.351526] text": a prefix that was cut.
bool begins_as_stamp(std::string_view raw) {
  const auto end = raw.find_first_not_of(" .0123456789", 1);
  return raw.starts_with('[') && end != std::string_view::npos && raw[end] == '[';
}

}  // namespace

void Assembler::start_source(std::string name) {
  close_all();
  file_ = std::move(name);
  boots_.start_source();
}

const Kernel& Assembler::kernel() const {
  if (boots_.kernel().release.empty())
    for (const auto& draft : drafts_)
      if (!draft.report.kernel.release.empty()) return draft.report.kernel;
  return boots_.kernel();
}

ReportBuilder& Assembler::open(const Kind& kind, const LogLine& line) {
  if (drafts_.size() >= limits::open_drafts) {
    auto& oldest = drafts_.back();
    if (tick_ - oldest.last_tick < silent_ticks)
      oldest.add_defect(DefectKind::over_limit, "more reports at once than unoops follows");
    close(std::prev(drafts_.end()));
  }
  auto& draft = drafts_.emplace_front();
  draft.kind = &kind;
  draft.first_tick = tick_;
  auto& r = draft.report;
  r.kind = &kind.info;
  r.file = file_;
  r.boot = boots_.number();
  r.caller = line.caller;
  r.time_us = line.time_us;
  r.wall_time = line.wall_time;
  r.host = line.host;
  r.line_first = r.line_last = line.number;
  return draft;
}

void Assembler::own(ReportBuilder& draft, const LogLine& line, SectionId id) {
  draft.last = id;
  draft.last_line = line.number;
  draft.last_time = line.time_us;
  draft.last_tick = tick_;
  draft.add_line(line.number);
  auto& r = draft.report;
  if (draft.bytes < limits::report_bytes && r.raw.size() < limits::report_lines) {
    draft.bytes += line.text.size();
    r.raw.emplace_back(line.text);
  } else if (draft.bytes != 0) {
    draft.bytes = limits::report_bytes;
    if (r.defects.empty() || r.defects.back().kind != DefectKind::over_limit)
      draft.add_defect(DefectKind::over_limit, "the report is longer than unoops keeps");
  }
  draft.line = nullptr;
  draft.settled = draft.frames;
  if (std::exchange(draft.lost_turn, false))
    for (auto& other : drafts_)
      if (other.maybe_contested_at && !other.contested_at) other.contested_at = other.maybe_contested_at;
  // The last touched stands first: it is asked first.
  if (&drafts_.front() != &draft) {
    const auto at = std::ranges::find_if(drafts_, [&](const ReportBuilder& d) { return &d == &draft; });
    drafts_.splice(drafts_.begin(), drafts_, at);
  }
}

// A report began since `tick`, in the midst of a trace: what follows may be its own, its heading lost.
bool Assembler::broken_into(std::uint64_t tick) const {
  return std::ranges::any_of(drafts_,
                             [&](const ReportBuilder& d) { return d.first_tick > tick && !d.kind->is_one_line(); });
}

// It was silent for long, or its CPU prints a later report: that is printed to its end before this one goes on.
bool Assembler::is_behind(const ReportBuilder& d, const LogLine& line) const {
  if (d.backtraces) return false;
  if (line.time_us && d.last_time && *line.time_us - *d.last_time > silent_us) return true;
  return std::ranges::any_of(drafts_, [&](const ReportBuilder& other) {
    return other.first_tick > d.first_tick && !other.ended && d.report.cpu && other.report.cpu == d.report.cpu &&
           other.report.pid == d.report.pid;
  });
}

// Could the line as well be the other one's? Frames look alike everywhere; other lines tell their place.
bool Assembler::rivals(const Candidate& taken, const Candidate& other) {
  if (other.fit < taken.fit && (taken.hit.section || taken.fit == Fit::proven || other.fit < Fit::maybe)) return false;
  return taken.hit.section ? other.hit.section && other.hit.section->id == taken.hit.section->id : !other.hit.section;
}

// Without caller ids the line could be another report's, too. Where that was silent since this one began, it may be
// over: that shows when it goes on.
void Assembler::note_contests(std::span<const Candidate> candidates, const Candidate& taken, std::size_t settled) {
  if (taken.hit.section && !is_state(taken.hit.section->id) && taken.hit.section->id != SectionId::locks) return;
  auto& winner = *taken.draft;
  for (const auto& other : candidates) {
    auto& loser = *other.draft;
    if (&loser == &winner || !rivals(taken, other)) continue;
    const bool by_turns = loser.last_tick > winner.first_tick;
    const auto note = [&](ReportBuilder& draft, std::size_t frames) {
      auto& at = by_turns ? draft.contested_at : draft.maybe_contested_at;
      if (!at) at = frames;
    };
    note(winner, settled);
    note(loser, loser.settled);
    if (!by_turns) loser.lost_turn = true;
  }
}

// A CPU stores the lines of a dump within microseconds, and then one of those that print waits for the console: it
// takes it over after each line (v4.15 kernel/printk/printk.c console_trylock_spinning).
bool Assembler::in_one_breath(const LogLine& line) const {
  constexpr std::int64_t breath_us = 20;
  const auto& last = drafts_.front().last_time;
  return line.time_us && last && *line.time_us >= *last && *line.time_us - *last <= breath_us;
}

// Of two that dump a CPU's state by turns the one that has waited longer is next.
bool Assembler::waited(const Candidate& c, const LogLine& line) const {
  if (!line.caller.empty() || (c.hit.section && !is_state(c.hit.section->id))) return false;
  const auto since = tick_ - c.draft->last_tick;
  return line.time_us ? since > 1 && since <= turn_ticks : since == 2;
}

// "** 12 printk messages dropped **" (v6.1 kernel/printk/printk.c console_emit_next_record): nobody knows whose.
bool Assembler::note_drop(const LogLine& line) {
  if (line.text.find("** ") == std::string_view::npos ||
      line.text.find(" messages dropped **") == std::string_view::npos)
    return false;
  const auto from = line.text.find("** ") + 3;
  const std::string count(line.text.substr(from, line.text.find(' ', from) - from));
  for (auto& draft : drafts_) {
    if (!is_printing(draft) || draft.dropped_at) continue;
    draft.dropped_at = draft.settled;
    draft.add_defect(DefectKind::dropped, count + " printk messages were dropped in its midst", line.number);
  }
  return true;
}

void Assembler::close(std::list<ReportBuilder>::iterator at) {
  auto draft = std::move(*at);
  drafts_.erase(at);
  if (draft.report.kernel.release.empty()) draft.report.kernel = boots_.kernel();
  if (draft.report.kernel.banner.empty() && draft.report.kernel.release == boots_.kernel().release)
    draft.report.kernel.banner = boots_.kernel().banner;
  boots_.see(draft.report.kernel);
  finished_.push_back(std::move(draft));
  hand_out();
}

// In the order in which the kernel printed their first lines (pstore's parts stand the other way round): a report waits
// for those that began before it and are still being printed.
void Assembler::hand_out() {
  while (!finished_.empty()) {
    const auto next = std::ranges::min_element(finished_, {}, &ReportBuilder::first_tick);
    if (finished_.size() < limits::open_drafts &&
        std::ranges::any_of(drafts_, [&](const ReportBuilder& d) { return d.first_tick < next->first_tick; }))
      return;
    auto draft = std::move(*next);
    finished_.erase(next);
    done_(std::move(draft));
  }
}

void Assembler::close_all() {
  for (auto& draft : drafts_) draft.cut = draft.last_tick == tick_;
  // The one that began first is handed out first.
  while (!drafts_.empty()) {
    close(std::ranges::min_element(drafts_, {}, &ReportBuilder::first_tick));
  }
  preludes_.clear();
}

void Assembler::close_stale(const LogLine& line) {
  for (auto at = drafts_.begin(); at != drafts_.end();) {
    const auto draft = at++;
    const bool silent = draft->last_time && line.time_us && *line.time_us - *draft->last_time > stale_us;
    if ((silent && tick_ - draft->last_tick > stale_us_ticks) || tick_ - draft->last_tick > stale_ticks) close(draft);
  }
}

// Another message begins within a line: what stood before it may have lost its end (two CPUs on a serial line, a
// console's buffer that ran over).
void Assembler::note_glued(const LogLine& line) {
  for (auto& draft : drafts_) {
    if (tick_ - draft.last_tick > 1 || (draft.last_line != line.number && !draft.in_stack && !is_printing(draft)))
      continue;
    const auto& stacks = draft.report.stacks;
    const bool has_frame = !stacks.empty() && !stacks.back().frames.empty();
    const bool lost =
        draft.last_line != line.number ||
        (draft.last == SectionId::pc && !(has_frame && stacks.back().frames.back().line_no == line.number));
    if (lost && !draft.dropped_at) draft.dropped_at = draft.settled;
    if (std::ranges::find(draft.report.defects, DefectKind::garbled, &Defect::kind) == draft.report.defects.end())
      draft.add_defect(DefectKind::garbled, "two messages share a line: the first may have lost its end", line.number);
    return;
  }
}

void Assembler::read(const LogLine& line) {
  if (line.glued && !drafts_.empty() && (line.number == last_number_ || begins_as_stamp(line.raw))) note_glued(line);
  last_number_ = line.prefixed ? line.number : 0;
  if (!drafts_.empty() && note_drop(line)) return;  // on a console: it has no prefix that could tell whose it is
  if (!line.kernel) return;
  if (line.text.find_first_not_of(" \t\r") != std::string_view::npos) ++tick_;
  if (boots_.read(line)) close_all();
  if (!drafts_.empty()) close_stale(line);
  const auto text = line.text;
  if (read_inline_copy(line, text)) return;
  if (read_header(line, text)) return;
  if (!drafts_.empty() && read_section(line, text)) return;
  if (!drafts_.empty() && read_kind_line(line, text)) return;
  if (preludes_.read(line, text, tick_)) return;
  if (!drafts_.empty() && read_bracketed(line, text)) return;
  read_orphan(line, text);
}

// "RIP: 0010:foo_one net/foo.c:12 [inline]", "BUG: KASAN: use-after-free in foo_one net/foo.c:12 [inline]": a decoder
// (syzkaller pkg/symbolizer) put it in front of the line that has the function itself.
bool Assembler::read_inline_copy(const LogLine& line, std::string_view text) {
  FrameLine frame;
  if (!trim_right(text).ends_with(" [inline]") || read_frame(text, frame)) return false;
  if (header_index().find(text, [](const HeaderHit&) { return true; })) {
    preludes_.keep(line, text, tick_);
    return true;
  }
  std::vector<SectionHit> hits;
  find_sections(text, hits);
  for (auto& draft : drafts_) {
    if (same_caller(draft, line) == SameCaller::no) continue;
    if (std::ranges::none_of(hits, [&](const SectionHit& hit) { return may_hold(draft, hit); })) continue;
    own(draft, line, draft.last);
    return true;
  }
  return false;
}

// Every open report and every way to read the line, the surest first.
bool Assembler::read_section(const LogLine& line, std::string_view text) {
  std::vector<Candidate> candidates;
  std::vector<SectionHit> hits;
  FrameLine frame;
  const bool is_frame = read_frame(text, frame);
  find_sections(text, hits);
  if (!is_frame && hits.empty()) return false;
  const bool several = drafts_.size() > 1 && line.caller.empty();
  // Its caller is printing a report of its own: nobody else's.
  const bool called = std::ranges::any_of(
      drafts_, [&](const ReportBuilder& d) { return !d.ended && same_caller(d, line) == SameCaller::yes; });
  for (auto& draft : drafts_) {
    const auto same = same_caller(draft, line);
    const auto consider = [&](const SectionHit& hit, Fit fit) {
      const bool proves = !hit.section || !hit.section->starts.empty();  // a row of values could be anyone's
      if (fit == Fit::no || (same == SameCaller::no && (called || fit < Fit::likely || !proves))) return;
      candidates.push_back({&draft, hit, fit, same == SameCaller::yes});
    };
    const auto most = several && is_behind(draft, line) ? Fit::unlikely : Fit::proven;
    if (is_frame) consider({}, several ? std::min(most, fit_frame_among(draft, frame)) : fit_frame(draft));
    for (const auto& hit : hits)
      if (may_hold(draft, hit)) consider(hit, several ? std::min(most, fit_among(draft, hit, line)) : fit(draft, hit));
  }
  const bool goes_on = in_one_breath(line);
  std::ranges::stable_sort(candidates, [&](const Candidate& a, const Candidate& b) {
    if (a.called != b.called) return a.called;
    return a.fit != b.fit ? a.fit > b.fit : !goes_on && waited(a, line) && !waited(b, line);
  });
  for (const auto& c : candidates) {
    const auto settled = c.draft->settled;
    const auto before = c.draft->last_tick;
    if (!take_section(*c.draft, c.hit, line, text)) continue;
    if (several) note_contests(candidates, c, settled);
    if (several && !c.hit.section && broken_into(before) && !c.draft->contested_at) c.draft->contested_at = settled;
    return true;
  }
  return false;
}

bool Assembler::take_section(ReportBuilder& draft, const SectionHit& hit, const LogLine& line, std::string_view text) {
  draft.line = &line;
  if (!hit.section) {
    take_heading(draft);
    if (!draft.read_frame_line(text)) return false;
    own(draft, line, SectionId::frame);
    return true;
  }
  const auto* section = hit.section;
  if (section->read && !section->read(Scanner(trim_left(text).substr(section->starts.size())), draft)) return false;
  if (hit.arch && !draft.arch && !section->shared) draft.arch = hit.arch;
  if (section->id == SectionId::registers) draft.block.register_order = section->order;
  draft.heading.clear();
  own(draft, line, section->id);
  return true;
}

// Lines that begin with no known word, and the ruler that ends a report.
bool Assembler::read_kind_line(const LogLine& line, std::string_view text) {
  for (auto& draft : drafts_) {
    if (same_caller(draft, line) == SameCaller::no || (draft.prefixed && !line.prefixed)) continue;
    const bool closes = draft.bracket && draft.kind->has(Trait::bracketed) && is_report_ruler(text);
    draft.line = &line;
    if (!closes && !(draft.kind->line && draft.kind->line(text, draft))) continue;
    if (closes) draft.bracket = draft.in_stack = false;
    own(draft, line, SectionId::text);
    return true;
  }
  return false;
}

// Between the rulers of a sanitizer or lockdep report, and in the rest of a broken module list, every line counts.
bool Assembler::read_bracketed(const LogLine& line, std::string_view text) {
  for (auto& draft : drafts_) {
    if (same_caller(draft, line) == SameCaller::no) continue;
    draft.line = &line;
    if ((draft.last == SectionId::modules || draft.last == SectionId::modules_more) && text.starts_with(' ') &&
        looks_like_modules(text) && !has_module(draft, text)) {
      read_more_modules(text, draft);
      own(draft, line, SectionId::modules_more);
      return true;
    }
    if (draft.bracket && draft.kind->has(Trait::bracketed) && (line.prefixed || !draft.prefixed)) {
      if (!trim(text).empty()) {
        draft.add_message(trim_right(text));
        draft.heading = trim(text);
      }
      own(draft, line, SectionId::text);
      return true;
    }
  }
  return false;
}

}  // namespace unoops::parse
