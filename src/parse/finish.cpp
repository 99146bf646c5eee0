#include "parse/finish.hpp"

#include <algorithm>
#include <cstdio>

#include "arch/arch.hpp"
#include "base/text.hpp"
#include "facts/addresses.hpp"
#include "facts/frames.hpp"
#include "kinds/kind.hpp"
#include "parse/culprit.hpp"

namespace unoops {
namespace {

void refine(Draft& d) {
  for (const Kind* kind : kind_rows())
    if (kind->refines == d.kind && kind->claims && kind->claims(d.report)) {
      d.kind = kind;
      return;
    }
}

std::string title_of(const Draft& d, std::string_view culprit) {
  if (culprit.empty()) culprit = "corrupted";
  if (d.kind->title_of) return d.kind->title_of(d.report, culprit);
  if (d.kind->culprit.from == Culprit::From::none) return std::string(d.kind->title);
  return std::string(d.kind->title) + " in " + std::string(culprit);
}

// FNV-1a, 64 bits: stable over builds and machines.
std::uint64_t fnv(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325) {
  for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3;
  return hash;
}

// Kind and culprit; where there is none, the title's words without its numbers.
std::string signature_of(const Draft& d, std::string_view culprit) {
  auto hash = fnv(d.kind->info.id);
  hash = fnv("\n", hash);
  if (!culprit.empty()) {
    hash = fnv(culprit, hash);
  } else {
    for (const char c : d.report.title)
      if (!is_digit(c)) hash = fnv({&c, 1}, hash);
  }
  char text[24];
  std::snprintf(text, sizeof text, "1:%016llx", static_cast<unsigned long long>(hash));
  return text;
}

bool is_trace(const Stack& s) {
  return !s.frames.empty() && (s.frames.size() > 1 || s.label.starts_with("Call Trace"));
}

void doubt(Draft& d, DefectKind kind, std::string text) {
  d.report.corrupted = true;
  d.add_defect(kind, std::move(text));
}

// A stack whose heading alone was printed: the kernel says so itself where it has none ("(stack is not available)").
// A trace may begin anew behind other CPUs' lines, but not be the panic's alone.
bool promised_in_vain(const Report& r, const Stack& s) {
  if (!s.frames.empty()) return false;
  if (s.label == "Call Trace")
    return std::ranges::none_of(r.stacks,
                                [](const Stack& t) { return is_trace(t) && t.label != "Call Trace (panic)"; });
  return s.label.starts_with("Allocated") || s.label.starts_with("Freed");
}

// Frames that are more than the way to the report.
bool tells_something(const Frame& frame) {
  static constexpr RoleSet machinery = FrameRole::report | FrameRole::exception;
  return frame.reliable && !frame.ref.symbol.empty() && !frame_roles(frame.ref.symbol).has(machinery);
}

bool has_confirmed(const Stack* s) { return std::ranges::any_of(s->frames, &Frame::reliable); }

bool is_confirmed(const Report& r) {
  if (!r.culprit_stack || !r.culprit_frame) return true;
  return r.stacks[*r.culprit_stack].frames[*r.culprit_frame].reliable;
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
bool ends_in_trace(const Draft& d) {
  if (!d.cut || d.ended) return false;
  if (d.block.mark_depth > 0) return true;
  const bool in_trace =
      d.last == SectionId::frame || d.last == SectionId::trace_start || d.last == SectionId::stack_label;
  return in_trace && !d.report.stacks.empty() &&
         (d.report.stacks.back().frames.empty() || !is_bottom(d.report.stacks.back().frames.back()));
}

void tell_end(Draft& d, std::string_view culprit) {
  // An oops ends with its end trace (kernel/panic.c print_oops_end_marker), unless a panic came first.
  if (d.die && !d.ended && !d.report.panic) d.add_defect(DefectKind::truncated, "its end is not in the log");
  const bool unnamed = d.cut && culprit.empty() && d.kind->culprit.from != Culprit::From::none;
  const bool told = std::ranges::find(d.report.defects, DefectKind::truncated, &Defect::kind) != d.report.defects.end();
  if (!told && (unnamed || ends_in_trace(d))) d.add_defect(DefectKind::truncated, "the log ends within it");
}

// What makes the culprit doubtful: nothing to tell it by, headings without what they announce, another report's lines
// in between.
void judge(Draft& d, std::string_view culprit) {
  auto& r = d.report;
  if (d.kind->culprit.from != Culprit::From::none && !d.kind->traceless) {
    // Clang 14 cannot compile GCC 12's views.
    std::vector<const Stack*> traces;
    for (const Stack& s : r.stacks)
      if (is_trace(s)) traces.push_back(&s);
    if (traces.empty())
      doubt(d, DefectKind::no_trace, "the log holds no call trace of it");
    else if (culprit.empty())
      doubt(d, DefectKind::no_trace, "no frame tells where it happened");
    else if (!is_confirmed(r) || std::ranges::none_of(traces, has_confirmed))
      doubt(d, DefectKind::no_trace, "only frames that the kernel could not confirm tell where it happened");
    else if (d.kind->culprit.from == Culprit::From::headline && std::ranges::none_of(traces, [](const Stack* s) {
               return std::ranges::any_of(s->frames, tells_something);
             }))
      doubt(d, DefectKind::no_trace, "its trace ends in the code that reports it");
  }
  // Where the header names the culprit, the trace adds nothing.
  const bool needs_trace = !d.kind->traceless || culprit.empty();
  if (const auto empty = std::ranges::find_if(r.stacks, [&](const Stack& s) { return promised_in_vain(r, s); });
      needs_trace && empty != r.stacks.end())
    doubt(d, DefectKind::truncated, "no frames behind \"" + empty->label + "\"");
  if (d.kind->whole && !d.kind->whole(r)) doubt(d, DefectKind::truncated, "its end is not in the log");
  // The reason is known, the culprit is not.
  if (d.orphan) doubt(d, DefectKind::no_trace, "what this panic comes from is not in the log");
  if (d.dropped_at && !named_before(r, d.dropped_at)) r.corrupted = true;
  tell_end(d, culprit);
  if (d.switches > 1 && !named_before(r, d.first_switch))
    doubt(d, DefectKind::interleaved, "printed at the same time as another report, without caller ids");
}

}  // namespace

void finish(Draft& d) {
  auto& r = d.report;
  refine(d);
  r.kind = &d.kind->info;
  r.severity = r.panic ? Severity::fatal : r.kind->severity;
  r.arch = d.arch ? &d.arch->info : nullptr;
  if (d.arch && d.arch->decode_fault) d.arch->decode_fault(r);
  const auto culprit = find_culprit(r, d.kind->culprit);
  r.title = title_of(d, culprit);
  r.signature = signature_of(d, culprit);
  if (r.fault.address) {
    auto fact = address_fact(*r.fault.address, r.arch);
    r.fault.address_class = fact.id;
    r.fault.address_note = std::move(fact.words);
  }
  judge(d, culprit);
  std::erase_if(r.stacks, [](const Stack& s) { return s.frames.empty(); });
}

}  // namespace unoops
