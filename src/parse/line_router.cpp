#include "parse/line_router.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/words.hpp"
#include "parse/landmarks.hpp"
#include "parse/module_list.hpp"

namespace unoops::parse {
namespace {

// Its headline, registers and trace are not all there yet.
bool is_printing(const OpenReport& open) {
  const auto& d = open.builder;
  return (d.is_own() || d.block.role == Block::Role::panic) && !d.ended && !(d.modules && d.block.trace);
}

// "[   12.34[   12.351526] text": a prefix that was cut.
bool begins_as_stamp(std::string_view raw) {
  const auto end = raw.find_first_not_of(" .0123456789", 1);
  return raw.starts_with('[') && end != std::string_view::npos && raw[end] == '[';
}

// "foo+0x1/0x2" somewhere in it.
bool holds_symbol_ref(std::string_view text) {
  const auto plus = text.find("+0x");
  return plus != std::string_view::npos && plus != 0 && text.find("/0x", plus) != std::string_view::npos;
}

// The rest of a module list that was broken.
bool goes_on_with_modules(const ReportBuilder& d, std::string_view text) {
  return (d.last == SectionId::modules || d.last == SectionId::modules_more) && text.starts_with(' ') &&
         looks_like_modules(text) && !has_module(d, text);
}

// "pc: proven; report 2: maybe": how well the line fits the report that took it, and the best that the others had.
std::string reasons(std::span<const Candidate> candidates, const Candidate& taken) {
  auto words = fmt::format("{}: {}", words_of(taken.hit.id()), words_of(taken.fit));
  if (taken.called) words += " by its caller id";
  std::vector<const OpenReport*> said = {taken.open};
  for (const auto& other : candidates) {
    if (std::ranges::find(said, other.open) != said.end()) continue;
    said.push_back(other.open);
    words += fmt::format("; report {}: {}", other.open->serial, words_of(other.fit));
    if (other.hit.id() != taken.hit.id()) words += fmt::format(" as {}", words_of(other.hit.id()));
  }
  return words;
}

}  // namespace

void LineRouter::close_all(std::string_view why) {
  learner_.release();
  reports_.close_all(why);
  preludes_.clear();
}

bool LineRouter::is_quiet() const {
  return learner_.is_idle() && reports_.are_done() && !preludes_.wait(reports_.tick()) && orphans_.has_begun();
}

bool LineRouter::pass(std::uint64_t number, const input::PlainLine& line) {
  if (line.kernel) {
    const auto beginning = beginning_of(line.text);
    if (beginning == Beginning::opening || !reports_.pass(line.time_us)) return false;
    if (beginning == Beginning::part)
      orphans_.pass_parts(1);
    else
      orphans_.pass(number, line);
  }
  passed_number_ = number;
  return true;
}

void LineRouter::pass_unseen(std::uint64_t unseen, std::uint64_t parts, std::uint64_t last) {
  reports_.pass_unseen(unseen);
  orphans_.pass_parts(parts);
  passed_number_ = last;
}

void LineRouter::pass_plain(const input::PlainLine& line, std::uint64_t number, bool part) {
  reports_.pass(line.time_us);
  if (!part) orphans_.pass(number, line);
}

void LineRouter::catch_up() {
  orphans_.catch_up();
  if (passed_number_ != 0) last_number_ = std::exchange(passed_number_, 0);
}

void LineRouter::route(const LogLine& line, bool may_open) {
  if (line.glued && !reports_.empty() && (line.number == last_number_ || begins_as_stamp(line.raw))) note_glued(line);
  last_number_ = line.prefixed ? line.number : 0;
  if (!reports_.empty() && note_drop(line)) return;  // on a console: it has no prefix that could tell whose it is
  if (!line.kernel) return;
  if (reports_.advance(line)) {
    preludes_.clear();
    troubles_.clear();
  }
  if (take_inline_copy(line)) return;
  if (may_open && opener_.read(line)) return;
  const bool open = !reports_.empty();
  if (open && (take_section(line) || take_kind_line(line) || keep_words_behind(line))) return;
  if (preludes_.read(line, reports_.tick())) {
    if (trace_) trace_->at(line, "kept for the header that may follow");
    return;
  }
  if (open && take_bracketed(line)) return;
  // To try the line may have dropped what was open.
  if (!orphans_.read(line) && !reports_.empty()) note_unread(line);
}

// A line with words of a report behind others, among the lines of one: somebody's prefix or a form that is not known.
void LineRouter::note_unread(const LogLine& line) {
  auto& open = *reports_.begin();
  constexpr std::uint64_t near = 64;  // lines of a trace that nothing reads
  const bool tells = look_at(line.text).at.value_or(0) != 0 || holds_symbol_ref(line.text);
  if (!tells || !is_printing(open) || reports_.tick() - open.ticks.last > near) return;
  if (open.unread.count++ != 0) return;
  open.unread.first = line.number;
  open.unread.text = trim(line.text);
  if (trace_) trace_->at(line, fmt::format("holds words of a report, and nothing reads it (report {})", open.serial));
}

// The kernel dropped lines: nobody knows whose.
bool LineRouter::note_drop(const LogLine& line) {
  const auto count = dropped_messages(line.text);
  if (count.empty()) return false;
  for (auto& open : reports_) {
    if (!is_printing(open) || open.contest.dropped_at) continue;
    open.contest.dropped_at = open.contest.settled;
    open.builder.add_defect(DefectKind::dropped, fmt::format("{} printk messages were dropped in its midst", count),
                            line.number);
    if (trace_) trace_->at(line, fmt::format("messages were dropped: some may be of report {}", open.serial));
  }
  return true;
}

// Another message begins within a line: what stood before it may have lost its end (two CPUs on a serial line, a
// console's buffer that ran over).
void LineRouter::note_glued(const LogLine& line) {
  for (auto& open : reports_) {
    const auto& d = open.builder;
    const bool of_line = open.turn.last_line == line.number;
    if (reports_.tick() - open.ticks.last > 1 || (!of_line && !d.in_stack && !is_printing(open))) continue;
    const auto& stacks = d.report.stacks;
    const bool has_frame = !stacks.empty() && !stacks.back().frames.empty();
    const bool has_pc = has_frame && stacks.back().frames.back().line_no == line.number;
    const bool lost = !of_line || (d.last == SectionId::pc && !has_pc);
    if (lost && !open.contest.dropped_at) open.contest.dropped_at = open.contest.settled;
    const auto& defects = d.report.defects;
    if (std::ranges::find(defects, DefectKind::garbled, &Defect::kind) == defects.end())
      open.builder.add_defect(DefectKind::garbled, "two messages share a line: the first may have lost its end",
                              line.number);
    if (trace_)
      trace_->at(line,
                 fmt::format("two messages share the line: the end of one of report {} may be lost", open.serial));
    return;
  }
}

// "RIP: 0010:foo_one net/foo.c:12 [inline]", "BUG: KASAN: use-after-free in foo_one net/foo.c:12 [inline]": a decoder
// (syzkaller pkg/symbolizer) put it in front of the line that has the function itself.
bool LineRouter::take_inline_copy(const LogLine& line) {
  if (!trim_right(line.text).ends_with(" [inline]")) return false;
  if (FrameLine frame; read_frame(line.text, frame)) return false;
  if (look_at(line.text).header) {
    preludes_.keep(line, reports_.tick());
    return true;
  }
  hits_.clear();
  find_sections(line.text, hits_);
  for (auto& open : reports_) {
    if (same_caller(open, line) == SameCaller::no) continue;
    if (std::ranges::none_of(hits_, [&](const SectionHit& hit) { return may_hold(open, hit); })) continue;
    reports_.own(open, line, open.builder.last);
    if (trace_) trace_->took(line, open, "a decoder's copy of the line behind it");
    return true;
  }
  return false;
}

// Most lines: the next frame of the report that printed the line before, when no other reading could come before that
// one, because the report is alone or the line's caller is its own.
bool LineRouter::take_next_frame(const LogLine& line) {
  auto& open = *reports_.begin();
  const bool sole = reports_.size() == 1 || (!open.builder.ended && same_caller(open, line) == SameCaller::yes);
  if (!sole || trace_ || Expecting(open, false).frame(frame_) < Fit::surely) return false;
  return reports_.read_frame(open, std::move(frame_), line);
}

// Every open report and every way to read the line, the surest first.
void LineRouter::find_candidates(const LogLine& line, bool several, bool is_frame) {
  hits_.clear();
  candidates_.clear();
  find_sections(line.text, hits_);
  const auto shaped = std::ranges::find_if(hits_, [](const SectionHit& hit) { return hit.shape != nullptr; });
  // If the line's caller is printing a report, the line can be that report's alone.
  const bool called = std::ranges::any_of(reports_, [&](const OpenReport& open) {
    return !open.builder.ended && same_caller(open, line) == SameCaller::yes;
  });
  for (auto& open : reports_) {
    const auto same = same_caller(open, line);
    if (called && same == SameCaller::no) continue;
    std::optional<Fit> most;
    const auto consider = [&](const SectionHit& hit, Fit fit) {
      // A row of values could be anyone's, and words without a form of their own are its caller's: a page dump stands in
      // several kinds of reports.
      const bool proves = !hit.section || (!hit.section->starts.empty() && hit.section->id != SectionId::text);
      if (fit == Fit::no || (same == SameCaller::no && (fit < Fit::likely || !proves))) return;
      if (!most) most = several && is_behind(open, reports_, line) ? Fit::unlikely : Fit::proven;
      candidates_.push_back({&open, hit, std::min(*most, fit), same == SameCaller::yes});
    };
    const Expecting expecting(open, several);
    const auto consider_those = [&](auto hit, auto end) {
      for (; hit != end; ++hit)
        if (may_hold(open, *hit)) consider(*hit, expecting.line(*hit, line));
    };
    if (is_frame) consider({}, expecting.frame(frame_));
    consider_those(hits_.begin(), shaped);
    for (const auto& row : unnamed_rows())
      if ((!row.kind || row.kind == open.kind) && (!row.arch || row.arch == open.arch))
        consider(row, expecting.line(row, line));
    consider_those(shaped, hits_.end());
  }
  sort_by_fit(candidates_, reports_, line);
}

bool LineRouter::take_section(const LogLine& line) {
  if (trim_left(line.text).empty()) return false;
  const bool several = reports_.size() > 1 && line.caller.empty();
  const bool is_frame = read_frame(line.text, frame_);
  if (is_frame && !several && take_next_frame(line)) return true;
  find_candidates(line, several, is_frame);
  for (const auto& c : candidates_) {
    const auto settled = c.open->contest.settled;
    const auto before = c.open->ticks.last;
    if (!(c.hit.section ? reports_.read(*c.open, c.hit, line) : reports_.read_frame(*c.open, std::move(frame_), line)))
      continue;
    bool contested = several && note_contests(candidates_, c, settled);
    if (several && !c.hit.section && broken_into(reports_, before)) {
      if (!c.open->contest.at) c.open->contest.at = settled;
      contested = true;
    }
    if (trace_) note_taken(line, c, contested);
    return true;
  }
  if (trace_) note_refused(line);
  return false;
}

// Lines that begin with no known word, and the ruler that ends a report.
bool LineRouter::take_kind_line(const LogLine& line) {
  for (auto& open : reports_) {
    auto& d = open.builder;
    if (same_caller(open, line) == SameCaller::no || (open.turn.prefixed && !line.prefixed)) continue;
    const bool closes = d.bracket && open.kind->has(Trait::bracketed) && is_report_ruler(line.text);
    d.line = &line;
    if (!closes && !(open.kind->line && open.kind->line(line.text, d))) continue;
    if (closes) d.bracket = d.in_stack = false;
    reports_.own(open, line, SectionId::text);
    if (trace_)
      trace_->took(line, open, closes ? "the ruler that closes it" : fmt::format("a line of {}", open.kind->info.id));
    return true;
  }
  return false;
}

// To v4.18 the words of WARN() stand behind its headline (kernel/panic.c __warn), to v3.11 behind "Hardware name: ", too.
bool LineRouter::keep_words_behind(const LogLine& line) {
  static constexpr std::size_t most = 8;
  auto& open = *reports_.begin();
  const auto& d = open.builder;
  const bool behind = d.last == SectionId::detail || d.last == SectionId::task_info;
  const bool next = reports_.tick() - open.ticks.last <= open.said.size() + 1;
  if (!open.kind->words_behind || !behind || !next || d.block.cpu || d.modules || !d.report.messages.empty() ||
      open.said.size() >= most || same_caller(open, line) == SameCaller::no || (open.turn.prefixed && !line.prefixed) ||
      is_cut_here(line.text))
    return false;
  open.said.push_back({line.number, reports_.tick(), std::string(line.text)});
  if (trace_) trace_->at(line, fmt::format("kept for report {}, should that go on", open.serial));
  return true;
}

// Between the rulers of a sanitizer or lockdep report, and in the rest of a broken module list, every line counts.
bool LineRouter::take_bracketed(const LogLine& line) {
  for (auto& open : reports_) {
    auto& d = open.builder;
    if (same_caller(open, line) == SameCaller::no) continue;
    d.line = &line;
    if (goes_on_with_modules(d, line.text)) {
      read_more_modules(line.text, d);
      reports_.own(open, line, SectionId::modules_more);
      if (trace_) trace_->took(line, open, "its module list goes on");
      return true;
    }
    if (d.bracket && open.kind->has(Trait::bracketed) && (line.prefixed || !open.turn.prefixed)) {
      if (!trim(line.text).empty()) {
        d.add_message(trim_right(line.text));
        d.heading = trim(line.text);
      }
      reports_.own(open, line, SectionId::text);
      if (trace_) trace_->took(line, open, "between its rulers");
      return true;
    }
  }
  return false;
}

// Rows without a name are left out, because every line may be one.
void LineRouter::note_refused(const LogLine& line) {
  const auto named = std::ranges::find_if(hits_, [](const SectionHit& hit) { return !hit.section->starts.empty(); });
  FrameLine frame;
  if (read_frame(line.text, frame))
    trace_->at(line, "no open report expects a frame");
  else if (named != hits_.end())
    trace_->at(line, fmt::format("no open report expects it ({})", words_of(named->id())));
}

void LineRouter::note_taken(const LogLine& line, const Candidate& taken, bool contested) {
  trace_->took(line, *taken.open, reasons(candidates_, taken) + (contested ? "; it may be another's" : ""));
}

}  // namespace unoops::parse
