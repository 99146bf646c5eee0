// Stacks that ran over: v6.1 arch/x86/kernel/traps.c exc_double_fault, handle_stack_overflow; arch/arm64/kernel/traps.c
// panic_bad_stack; arch/riscv/kernel/traps.c handle_bad_stack; arch/s390/kernel/dumpstack.c;
// arch/powerpc/kernel/traps.c StackOverflow.
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "BUG: TASK stack guard page was hit at ffffc90000567ff8 (stack is ffffc90000568000..ffffc9000056bfff)"; the word
// since v5.16
bool guard_page(std::string_view before, Scanner rest, ReportBuilder& d) {
  const auto at = before.rfind("BUG: ");
  if (at == std::string_view::npos) return false;
  d.report.set_fact(fact::stack, trim(before.substr(at + 5)));
  std::string_view range;
  std::uint64_t address = 0;
  if (Scanner s = rest; s.lit(" at ") && s.hex(address)) d.set_fault_address(address);
  if (rest.until("(stack is ", range) && rest.until(")", range)) d.report.set_fact(fact::stack_range, range);
  return true;
}

// Nothing but prefixes may stand before: a panic of that reason is the panic's header.
// "Kernel stack overflow."                               s390
// "Kernel stack overflow in process X[7], r1=c0..."      powerpc
bool overflow(std::string_view before, Scanner, ReportBuilder&) { return only_prefixes(before); }

constexpr auto guard_headers = std::to_array<Header>({
    {"stack guard page was hit", guard_page},
    {"kernel stack overflow (", die_header, Header::Use::body},  // to v5.15: "... (double-fault): 0000 [#1]"
    {"stack guard page: ", die_header, Header::Use::body},       // since v5.16
});
constexpr auto double_headers = std::to_array<Header>({
    {"PANIC: double fault", plain_header},
    {"double fault: ", die_header, Header::Use::body},
});
constexpr auto overflow_headers = std::to_array<Header>({
    {"Insufficient stack space to handle exception!", overflow},  // arm64, arm, riscv
    {"Kernel stack overflow", overflow},
});

constexpr auto overflow_sections = std::to_array<Section>({
    {SectionId::text, "Task stack:", keep_line},
    {SectionId::text, "IRQ stack:", keep_line},
    {SectionId::text, "Overflow stack:", keep_line},
});

std::string overflow_title(const Report& r, std::string_view culprit) {
  const bool s390 = r.panic && r.panic->reason.starts_with("Corrupt kernel stack");
  return std::string(s390 ? "kernel panic: Corrupt kernel stack in " : "kernel stack overflow in ") +
         std::string(culprit);
}

constexpr std::string_view overflow_sentence =
    "the kernel stack ran over[ in {culprit}]: too deep a recursion, or too large variables on it";
constexpr auto overflow_wordings = std::to_array<Wording>({
    {"address-class", "user", "the stack pointer ({held-in}) held no kernel stack, and the next push failed twice"},
    {"overwritten-return", "", "a return address on the stack was overwritten: the pc is {overwritten-return}"},
});

}  // namespace

extern constinit const Kind stack_guard{
    .info = {"stack-guard", "kernel stack overflow", Severity::error,
             Trait::maybe_bad_pointer | Trait::stack_overflow | Trait::as_nmi},
    .headers = guard_headers,
    .title = "BUG: stack guard page was hit",
    .sentence = overflow_sentence,
    .wordings = overflow_wordings,
    .culprit = {.from = Culprit::From::recursion},
    .next = "make {culprit} and its callers use less stack: move arrays to the heap (kmalloc), and bound the recursion",
};

extern constinit const Kind stack_overflow{
    .info = {"stack-overflow", "kernel stack overflow", Severity::error,
             Trait::maybe_bad_pointer | Trait::stack_overflow},
    .headers = overflow_headers,
    .sections = overflow_sections,
    .title_of = overflow_title,
    .sentence = overflow_sentence,
    .wordings = overflow_wordings,
    .culprit = {.from = Culprit::From::recursion},
    .next = "make {culprit} and its callers use less stack: move arrays to the heap (kmalloc), and bound the recursion",
};

extern constinit const Kind double_fault{
    .info = {"double-fault", "double fault", Severity::error,
             Trait::maybe_bad_pointer | Trait::bad_stack | Trait::as_nmi},
    .headers = double_headers,
    .title = "PANIC: double fault",
    .sentence = overflow_sentence,
    .wordings = overflow_wordings,
};

}  // namespace unoops::kinds
