// Stacks that ran over: v6.1 arch/x86/kernel/traps.c exc_double_fault, handle_stack_overflow; arch/arm64/kernel/traps.c
// panic_bad_stack; arch/riscv/kernel/traps.c handle_bad_stack; arch/s390/kernel/dumpstack.c;
// arch/powerpc/kernel/traps.c StackOverflow.
#include <algorithm>
#include <array>

#include "base/hex.hpp"
#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

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

// Where the stack pointer was at a double fault. A stack that runs over ends at a multiple of its size (THREAD_SIZE, 8 KB
// and more), and what faults is a push or a call: the address lies just below the stack pointer, over the edge or nearly.
std::string stack_verdict(const Report& r) {
  const auto* sp = stack_pointer(r);
  if (!sp) return {};
  constexpr std::uint64_t near = 0x400, kernel_bit = 1ull << 63, canonical = 0xffff800000000000;
  const auto value = sp->value;
  const std::uint64_t smallest = r.arch->bits == 64 ? 0x2000 : 0x1000;
  if (r.arch->bits == 64 && (value & kernel_bit) && value < canonical) return "no address";
  if (r.arch->bits == 64 && !(value & kernel_bit)) return "no kernel stack";
  const bool at_low_end = value % smallest < near;
  const auto& fault = r.fault.address;
  const bool over_edge = fault && *fault < value && value - *fault < near && *fault / smallest != value / smallest;
  if (at_low_end || over_edge) return "low end";
  return value % smallest >= smallest - near ? "edge" : "within";  // below a stack, or at the top of one that is empty
}
constexpr auto double_gaps = std::to_array<Gap>({
    {"stack-verdict", stack_verdict},
    {"stack-pointer",
     [](const Report& r) {
       const auto* sp = stack_pointer(r);
       return sp ? sp->name + " = " + hex(sp->value) : std::string();
     }},
});
constexpr auto double_wordings = std::to_array<Wording>({
    {"overwritten-return", "", "a return address on the stack was overwritten: the pc is {overwritten-return}"},
    {"stack-verdict", "no address",
     "the stack pointer was wrong[ in {culprit}]: {stack-pointer} is no address at all, so the next push failed, and "
     "the exception of it, too"},
    {"stack-verdict", "no kernel stack",
     "the stack pointer was wrong[ in {culprit}]: {stack-pointer} is no kernel stack, so the next push failed, and the "
     "exception of it, too"},
    {"stack-verdict", "low end", overflow_sentence},
    {"stack-verdict", "edge",
     "the stack pointer ({stack-pointer}) is at the edge of a stack: most likely the stack ran over[ in {culprit}]"},
    {"stack-verdict", "within",
     "an exception came[ in {culprit}] that the CPU could not deliver, and a second one with it: which is not in the "
     "log; the stack was not at its end ({stack-pointer})"},
});

// Is the value of the stack pointer one that the code loads?
void wild_stack(const Report& r, Explanation& e, std::string_view id) {
  const auto verdict = stack_verdict(r);
  if (verdict.empty() || verdict == "within") return;
  if (verdict == "low end" || verdict == "edge")
    return add_step(e, "look for a deep recursion or large arrays in " + place_name(r) + " and its callers");
  const auto* sp = r.reg(r.arch->sp);
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(sp->value >> 8 * i & 0xff);
  const auto& code = r.code.bytes;
  const bool constant = std::search(code.begin(), code.end(), bytes.begin(), bytes.end(), [](std::uint8_t a, char b) {
                          return a == static_cast<std::uint8_t>(b);
                        }) != code.end();
  if (constant)
    add_likely(e, id, "the code holds that value as a constant: most likely it was loaded, and nothing overwrote it",
               "the Code bytes and " + sp->name);
  add_step(e, constant ? "see why " + place_name(r) + " sets the stack pointer to that constant"
                       : "look for who changes the stack pointer or restores it from memory that was overwritten: a "
                         "stack switch, an assembly routine, a return from an exception");
}
constexpr auto double_rules = std::to_array<Rule>({{"stack-pointer", wild_stack}});

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
    .sentence =
        "an exception came[ in {culprit}] that the CPU could not deliver, and a second one with it: which is not in "
        "the "
        "log",
    .wordings = double_wordings,
    .gaps = double_gaps,
    .rules = double_rules,
    .next_none = "which exception came first is not in the log",
};

}  // namespace unoops::kinds
