// KCSAN: v6.1 kernel/kcsan/report.c.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/symbol_ref.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/sanitizers.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "data-race in foo / bar"            two functions, sorted by name
// "data-race in foo+0x1/0x2"          the other side is not known
// "assert: race in foo+0x1/0x2"
bool header(std::string_view, Scanner rest, ReportBuilder& d) {
  const auto type = read_bug_type(rest, d);
  if (type.empty()) return false;
  std::string_view first;
  if (Scanner s = rest; s.until(" / ", first)) {
    d.report.set_fact(fact::functions, trim(rest.rest()));
    for (const auto name : {trim(first), trim(s.rest())}) {
      d.add_single("BUG: KCSAN", frame_of(named_function(name)), Occurrence::headline);
    }
    return true;
  }
  if (!take_ref(rest, d, "BUG: KCSAN"))
    d.add_single("BUG: KCSAN", frame_of(named_function(trim(rest.rest()))), Occurrence::headline);
  return true;
}

// "write to 0xffff8881001cb1e8 of 4 bytes by task 4926 on cpu 0:" and its likes: an access, and its stack
bool access(Scanner, ReportBuilder& d) {
  const auto text = line_text(d);
  std::uint64_t address = 0, size = 0;
  Scanner s(text);
  if (!s.skip_to(" to 0x") || !s.hex(address) || !s.lit(" of ") || !s.dec(size)) return false;
  auto& fault = d.report.fault;
  if (!fault.address) {
    fault.address = address;
    fault.size = size;
    fault.access = text.find("write") != std::string_view::npos ? Access::write : Access::read;
  }
  d.add_message(text);
  std::string_view label = text;
  if (label.ends_with(':')) label.remove_suffix(1);
  auto& stack = d.open_stack(label);
  int number = 0;
  if (Scanner task = s; task.skip_to("by task ") && task.dec(number)) stack.pid = number;
  if (s.skip_to("on cpu ") && s.dec(number)) stack.cpu = number;
  return true;
}

// "value changed: 0x00000000 -> 0x00000001"
bool value(Scanner rest, ReportBuilder& d) {
  fact_until(rest, " -> ", d, fact::value_before);
  if (rest.skip_to(" -> ")) fact_until(rest, "", d, fact::value_after);
  return keep_line(rest, d);
}

// "  +-> reordered to: foo+0x1/0x2" within a stack
bool reordered(Scanner rest, ReportBuilder& d) {
  take_ref(rest, d, "reordered to");
  return true;
}

constexpr auto headers = std::to_array<Header>({{"BUG: KCSAN: ", header}});
constexpr auto sections = std::to_array<Section>({
    {SectionId::stack_label, "race at unknown origin, with ", access},
    {SectionId::stack_label, "read to 0x", access},
    {SectionId::stack_label, "read (", access},
    {SectionId::stack_label, "read-write ", access},
    {SectionId::stack_label, "write to 0x", access},
    {SectionId::stack_label, "write (", access},
    {SectionId::stack_label, "assert no ", access},
    {SectionId::text, "value changed: ", value},
    {SectionId::text, "bits changed: ", keep_line},
    {SectionId::text, "+-> reordered to: ", reordered},
    {SectionId::text, "Reported by Kernel Concurrency Sanitizer on:", pass_line},
});

std::string title(const Report& report, std::string_view culprit) {
  const auto pair = report.fact(fact::functions);
  return "KCSAN: " + std::string(report.fact(fact::bug_type)) + " in " + std::string(pair.empty() ? culprit : pair);
}

// v6.1 kernel/kcsan/report.c
constexpr auto kcsan_wordings = std::to_array<Wording>({
    {"bug-type", "assert", "memory changed while {culprit|the code} asserted that nobody writes to it"},
});

// "write to 0xffff8881001cb1e8 of 4 bytes by task 771 on cpu 1:" (v6.1 kernel/kcsan/report.c)
void racers(const Report& r, Explanation& e, std::string_view id) {
  for (const auto& stack : r.stacks) {
    const bool writes = stack.role == StackRole::race_write;
    if (!writes && stack.role != StackRole::race_read) continue;
    const auto at = std::ranges::find_if(stack.frames, [](const Frame& f) { return f.reliable && f.ref.offset; });
    if (at == stack.frames.end()) continue;
    const bool marked = stack.label.find("(marked") != std::string::npos;
    add_certain(e, id,
                place_of(*at) + (writes ? " wrote" : " read") + (marked ? " (marked as meant)" : "") +
                    stack.label.substr(stack.label.find(" by ")),
                "the trace \"" + stack.label + "\"");
  }
  for (const auto& message : r.messages)
    if (message.starts_with("value changed: ")) add_certain(e, id, message, "the report's own line");
  if (r.fact(fact::bug_type).find("assert") == std::string_view::npos)
    add_step(e, "a lock is missing; where none is needed, READ_ONCE(), WRITE_ONCE() or atomics say so");
}

constexpr auto rules = std::to_array<Rule>({{"racers", racers}});

}  // namespace

extern constinit const Kind kcsan{
    .info = {"kcsan", "KCSAN: data race", Severity::error, Trait::bracketed | Trait::runs_in_task, "KCSAN"},
    .headers = headers,
    .sections = sections,
    .title_of = title,
    .sentence =
        "two tasks touched the same memory at once, at least one of them writing, without a lock or atomic access[: "
        "{functions}]",
    .wordings = kcsan_wordings,
    .culprit = {.from = Culprit::From::headline},
    .rules = rules,
    .next = "take one lock around both sides, or mark both with READ_ONCE() and WRITE_ONCE() if any value will do",
    .goes_on = same_place,
};

}  // namespace unoops::kinds
