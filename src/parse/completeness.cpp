#include "parse/completeness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "facts/frames.hpp"
#include "facts/release.hpp"
#include "kinds/lost_head.hpp"
#include "report/questions.hpp"

namespace unoops::parse {
namespace {

bool is_trace(const Stack& s) { return !s.frames.empty() && (s.frames.size() > 1 || is_call_trace(s)); }

// A heading was printed, and no frame. (If the kernel has none, it says so: "(stack is not available)".) An empty trace
// counts only if no other one has frames, because a trace may begin anew behind other CPUs' lines; the panic's does not
// make up for it.
bool promised_in_vain(const Report& r, const Stack& s) {
  if (!s.frames.empty()) return false;
  if (s.role == StackRole::trace)
    return std::ranges::none_of(r.stacks,
                                [](const Stack& t) { return is_trace(t) && t.role != StackRole::panic_trace; });
  return s.role == StackRole::allocated || s.role == StackRole::freed;
}

// False for frames that only show how the kernel came to print the report.
bool tells_something(const Frame& frame) {
  static constexpr RoleSet machinery = FrameRole::report | FrameRole::exception;
  return frame.reliable && !frame.ref.symbol.empty() && !frame_roles(frame.ref.symbol).has(machinery);
}

bool confirms_culprit(const Report& r) {
  if (!r.culprit_stack || !r.culprit_frame) return true;
  return r.stacks[*r.culprit_stack].frames[*r.culprit_frame].reliable;
}

// It is the pc of the registers, which needs no trace to confirm it.
bool culprit_is_pc(const Report& r) {
  return r.culprit_stack && r.stacks[*r.culprit_stack].role == StackRole::pc && confirms_culprit(r);
}

// The culprit is among the first `frames` of the report: it was read before the lines got mixed.
bool named_before(const Report& r, std::optional<std::size_t> frames) {
  if (!r.culprit_stack || !r.culprit_frame || !frames) return false;
  std::size_t at = *r.culprit_frame;
  for (std::size_t i = 0; i < *r.culprit_stack; ++i) at += r.stacks[i].frames.size();
  return at < *frames;
}

// Functions that a trace ends with: entry code, the first functions of threads, the boot.
bool is_bottom(const Frame& frame) {
  static constexpr RoleSet bottoms = FrameRole::exception | FrameRole::interrupt | FrameRole::system_call |
                                     FrameRole::idle | FrameRole::thread | FrameRole::boot;
  return frame_roles(frame.ref.symbol).has(bottoms);
}

// The log's last line is one of its trace, and the trace is not over.
bool ends_in_trace(const OpenReport& open) {
  const auto& d = open.builder;
  if (!open.cut || d.ended) return false;
  if (d.block.mark_depth > 0) return true;
  const bool in_trace =
      d.last == SectionId::frame || d.last == SectionId::trace_start || d.last == SectionId::stack_label;
  return in_trace && !d.report.stacks.empty() &&
         (d.report.stacks.back().frames.empty() || !is_bottom(d.report.stacks.back().frames.back()));
}

// The kernels of its age and architecture close an oops.
bool closes_oops(const OpenReport& open) {
  if (!open.arch) return true;
  const auto since = open.arch->end_mark_since;
  const auto release = release_number(open.report().kernel.release);
  // Who prints no release in all of an oops is old (2.6.24 on x86, 3.9 elsewhere).
  const bool old = release == 0 && !lost_head_of(open.report()) &&
                   std::ranges::any_of(open.report().stacks,
                                       [](const Stack& s) { return s.role == StackRole::trace && is_trace(s); });
  return !since.empty() && !old && (release == 0 || release >= release_number(since));
}

// What the doubts are drawn from.
struct Evidence {
  const OpenReport& open;
  std::string_view culprit;
  std::vector<const Stack*> traces;
  const Stack* empty = nullptr;  // announced, and without frames
  const Report& report() const { return open.report(); }
  bool seeks_culprit() const { return open.kind->culprit.from != Culprit::From::none; }
  bool lost_pc() const {
    const Frame* pc = own_pc(report());
    return lost_head_of(report()) && open.builder.die && (!pc || pc->ref.symbol.empty());
  }
  bool told(DefectKind kind) const {
    return std::ranges::find(report().defects, kind, &Defect::kind) != report().defects.end();
  }
  // Its beginning aside.
  bool told_cut() const {
    const auto lost = lost_head_of(report()) ? 1 : 0;
    return std::ranges::count_if(report().defects, [](const Defect& d) {
             return d.kind == DefectKind::truncated || d.kind == DefectKind::no_end;
           }) > lost;
  }
  bool any_frame(bool (*wanted)(const Frame&)) const {
    return std::ranges::any_of(traces, [&](const Stack* s) { return std::ranges::any_of(s->frames, wanted); });
  }
};

struct Doubt {
  DefectKind kind;
  std::string_view words;
  bool (*holds)(const Evidence&);
  bool corrupts = true;  // false: the culprit is not in doubt
};

// What may be wrong with the trace. Only the first row that holds is reported.
constexpr auto trace_doubts = std::to_array<Doubt>({
    {DefectKind::no_trace, "the log holds no call trace of it", [](const Evidence& e) { return e.traces.empty(); }},
    {DefectKind::no_trace, "no frame tells where it happened", [](const Evidence& e) { return e.culprit.empty(); }},
    {DefectKind::no_trace, "only frames that the kernel could not confirm tell where it happened",
     [](const Evidence& e) {
       return !confirms_culprit(e.report()) ||
              !(culprit_is_pc(e.report()) || e.any_frame([](const Frame& f) { return f.reliable; }));
     }},
    {DefectKind::no_trace, "its trace ends in the code that reports it",
     [](const Evidence& e) {
       return e.open.kind->culprit.from == Culprit::From::headline && !e.any_frame(tells_something);
     }},
});

// Everything else: each row that holds is reported. '%' is replaced by the label of the empty stack.
constexpr auto doubts = std::to_array<Doubt>({
    // Where the header names the culprit, the trace adds nothing.
    {DefectKind::truncated, "no frames behind \"%\"",
     [](const Evidence& e) { return e.empty && (!e.open.kind->has(Trait::traceless) || e.culprit.empty()); }},
    {DefectKind::no_end, "its end is not in the log",
     [](const Evidence& e) { return e.open.kind->whole && !e.open.kind->whole(e.report()); }},
    // Of what killed, the trace alone shows who called the function that it happened in.
    {DefectKind::truncated, "its registers are not in the log: it may have happened in what the named function called",
     [](const Evidence& e) { return e.lost_pc() && !e.culprit.empty(); }},
    // The reason is known, the culprit is not.
    {DefectKind::no_trace, "what this panic comes from is not in the log",
     [](const Evidence& e) { return e.open.orphan; }},
    // An oops ends with its end trace (v6.1 kernel/panic.c print_oops_end_marker), unless a panic came first.
    {DefectKind::no_end, "its end is not in the log",
     [](const Evidence& e) {
       return e.open.builder.die && !e.open.builder.ended && !e.report().panic && closes_oops(e.open);
     },
     false},
    {DefectKind::no_end, "the log ends within it",
     [](const Evidence& e) {
       const bool unnamed = e.open.cut && e.culprit.empty() && e.seeks_culprit();
       return !e.told_cut() && (unnamed || ends_in_trace(e.open));
     },
     false},
    {DefectKind::interleaved, "printed at the same time as another report, without caller ids",
     [](const Evidence& e) { return e.open.contest.at && !named_before(e.report(), e.open.contest.at); }},
    {DefectKind::interleaved, "lines behind its culprit may be another report's: printed at once, without caller ids",
     [](const Evidence& e) { return e.open.contest.at && named_before(e.report(), e.open.contest.at); }, false},
});

// What is missing of it stands in the log, in a form that nothing here reads.
void tell_unread(OpenReport& open) {
  constexpr std::size_t longest = 120;
  const auto& [count, first, text] = open.unread;
  const auto which = count == 1 ? std::string("a line of it") : fmt::format("{} lines of it", count);
  const std::string_view cut = text.size() > longest ? "..." : "";
  open.builder.add_defect(
      DefectKind::garbled,
      fmt::format("{} could not be read: \"{}{}\"", which, std::string_view(text).substr(0, longest), cut), first);
}

void tell(OpenReport& open, const Doubt& doubt, const Evidence& evidence) {
  std::string words(doubt.words);
  if (const auto at = words.find('%'); at != std::string::npos) words.replace(at, 1, evidence.empty->label);
  open.report().corrupted |= doubt.corrupts;
  // Where more of the log follows, the report's end was lost, and the kernel went on.
  const auto kind = doubt.kind == DefectKind::no_end && !open.cut ? DefectKind::truncated : doubt.kind;
  open.builder.add_defect(kind, std::move(words));
}

// Once for all of them.
void tell_cuts(ReportBuilder& d) {
  if (d.cuts.empty()) return;
  std::string words;
  for (const auto& cut : d.cuts)
    words += fmt::format("{}\"{}...\" (line {})", words.empty() ? "" : ", ", cut.what, cut.line);
  if (d.cut_lines > d.cuts.size()) words += fmt::format(" and {} more", d.cut_lines - d.cuts.size());
  d.add_defect(DefectKind::garbled, "cut in the middle, so used for nothing: " + words);
}

}  // namespace

void check_completeness(OpenReport& open, std::string_view culprit) {
  auto& r = open.report();
  Evidence evidence{.open = open, .culprit = culprit, .traces = {}};
  for (const Stack& s : r.stacks) {
    if (is_trace(s)) evidence.traces.push_back(&s);
    if (!evidence.empty && promised_in_vain(r, s)) evidence.empty = &s;
  }
  if (evidence.seeks_culprit() && !open.kind->has(Trait::traceless)) {
    const auto first = std::ranges::find_if(trace_doubts, [&](const Doubt& doubt) { return doubt.holds(evidence); });
    if (first != trace_doubts.end()) tell(open, *first, evidence);
    if (open.unread.count != 0 && evidence.traces.empty()) tell_unread(open);
  }
  // No defect here, because there is one already from when the kernel said that it dropped lines.
  if (open.contest.dropped_at && !named_before(r, open.contest.dropped_at)) r.corrupted = true;
  for (const auto& doubt : doubts)
    if (doubt.holds(evidence)) tell(open, doubt, evidence);
  tell_cuts(open.builder);
}

}  // namespace unoops::parse
