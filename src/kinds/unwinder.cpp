// The frame-pointer unwinder's doubts: v6.1 arch/x86/kernel/unwind_frame.c unwind_next_frame.
//   "WARNING: kernel stack regs at ffff8801d100fea8 in trig:115 has bad 'bp' value ffff8801d100ff28"
//   "WARNING: kernel stack frame pointer at 00000000c0ffee00 in trig:115 has bad value 0000000012345678"
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

bool bad_value(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view what, where, value;
  std::string_view comm;
  std::int64_t pid = 0;
  if (!only_prefixes(before) || !rest.until(" at ", what)) return false;
  if (rest.until(" in ", where) && rest.until(" has bad ", where)) {
    if (Scanner s(where); s.until_last(":", comm) && s.dec(pid)) {
      d.report.comm = comm;
      d.report.pid = pid;
    }
    if (rest.peek() == '\'') rest.until(" ", value);
  }
  d.report.set_fact(fact::what, what);
  d.report.set_fact(fact::value, value);
  return true;
}

// Its dump of the stack (unwind_dump), a word a line: "0000000087654321: ffffffff81a3c4d5 (foo+0x2f/0x60)"
bool stack_word(std::string_view text, ReportBuilder&) {
  Scanner s(trim(text));
  std::string_view hex;
  return s.run(is_hex, hex) && s.lit(": ") && s.run(is_hex, hex) && s.lit(" (") && trim_right(text).ends_with(')');
}

constexpr auto headers = std::to_array<Header>({{"WARNING: kernel stack ", bad_value}});

std::string title(const Report& r, std::string_view) {
  const auto value = r.fact(fact::value);
  return "WARNING: kernel stack " + std::string(r.fact(fact::what)) + " has bad " + std::string(value) +
         (value.empty() ? "" : " ") + "value";
}

}  // namespace

extern constinit const Kind unwinder{
    .info = {"unwinder", "kernel stack that can't be walked", Severity::warning},
    .headers = headers,
    .line = stack_word,
    .title_of = title,
    .sentence = "the unwinder could not walk a kernel stack: {what|it} does not fit[ (bad {value} value)]",
    .culprit = {.from = Culprit::From::none},
    .next_none = "a trace that cannot be walked says nothing of who is to blame: only the traces are unsure",
};

}  // namespace unoops::kinds
