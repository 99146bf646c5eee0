// x86 exceptions other than page faults, by their die header: v6.1 arch/x86/kernel/traps.c, arch/x86/kernel/dumpstack.c
// __die_header.
//   "general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] PREEMPT SMP"
//   "Oops: general protection fault, ...: 0000 [#1]"                                        since v6.10
#include <algorithm>
#include <array>

#include "base/hex.hpp"
#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/control_flow_rules.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// The words of the exception are the title: "overflow: 0000 [#1] SMP"; nothing but "Oops: " may stand before them.
bool named(std::string_view before, Scanner rest, ReportBuilder& d) {
  return only_prefixes(before) && die_header(before, rest, d);
}

// The same, whose words come from the line.
bool other(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!named(before, rest, d)) return false;
  auto text = trim(d.line->text.substr(before.size()));
  d.report.set_fact(fact::exception, text.substr(0, text.find(':')));
  return true;
}

constexpr auto gpf_headers = std::to_array<Header>({
    {"segment-related general protection fault", die_header},
    {"general protection fault", die_header},
});
constexpr auto opcode_headers = std::to_array<Header>({{"invalid opcode: ", die_header, Header::Use::body}});
constexpr auto divide_headers = std::to_array<Header>({{"divide error: ", named}, {"divide_error: ", named}});
constexpr auto int3_headers = std::to_array<Header>({{"int3: ", named}});
constexpr auto segment_headers = std::to_array<Header>({{"stack segment: ", named}});
constexpr auto control_headers = std::to_array<Header>({{"control protection: ", named, Header::Use::body}});
constexpr auto other_headers = std::to_array<Header>({
    {"overflow: ", other},
    {"bounds: ", other},
    {"coprocessor segment overrun: ", other},
    {"invalid TSS: ", other},
    {"segment not present: ", other},
    {"alignment check: ", other},
    {"debug: ", other},
    {"fpu exception: ", other},
    {"simd exception: ", other},
    {"iret exception: ", other},
    {"VE fault: ", other},
    {"unexpected #NM exception: ", other},
    {"spurious interrupt: ", other},
});

std::string other_title(const Report& report, std::string_view culprit) {
  return std::string(report.fact(fact::exception)) + " in " + std::string(culprit);
}

// A selector in the error code: no memory operand was at fault (v6.1 arch/x86/kernel/traps.c exc_general_protection).
std::string sound_operand(const Report& r) {
  return r.site.bad_pointer.address_class == AddressClass::none && r.site.effective_address ? "yes" : "";
}
constexpr auto gpf_gaps = std::to_array<Gap>({{"sound-operand", sound_operand}});
constexpr auto gpf_wordings = std::to_array<Wording>({
    {"sound-operand", "", "the CPU refused an instruction (general protection fault) whose memory operand is in order",
     "see what else the instruction in {culprit} takes: a segment selector, a control or model-specific register, or "
     "an "
     "operand that must be aligned"},
});
constexpr auto segment_wordings = std::to_array<Wording>({{"address-class", "", "{bad-access}"}});

// "general protection fault: beec": not 0, so it is about a segment selector (bit 0: external, 1-2: the
// table, 3-15: its entry).
void selector(const Report& r, Explanation& e, std::string_view id) {
  unsigned code = 0;
  for (const char c : r.fault.error_code)
    code = code * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  if (code == 0 || code > 0xffff) return;
  static constexpr std::array<std::string_view, 4> tables = {"GDT", "IDT", "LDT", "IDT"};
  add_certain(e, id,
              "the error code " + hex(code) + " names a segment selector, not an address: entry " +
                  std::to_string(code >> 3) + " of the " + std::string(tables[code >> 1 & 3]),
              "the bits of the error code");
}

// Only BUG(), the compiler and its sanitizers put a ud2 into the kernel: no opcode was unknown.
std::string on_purpose(const Report& r) { return r.site.operation == Operation::trap ? "ud2" : ""; }
constexpr auto opcode_gaps = std::to_array<Gap>({{"on-purpose", on_purpose}});
constexpr auto opcode_wordings = std::to_array<Wording>({
    {"on-purpose", "",
     "the code ran into a ud2[ in {culprit}]: an instruction that stands there on purpose, at a place that must never "
     "be reached"},
});

void undefined_on_purpose(const Report& r, Explanation& e, std::string_view id) {
  if (r.site.operation != Operation::trap) return;
  add_likely(e, id,
             "the compiler put it there, for what it holds impossible or a check (UBSAN's traps), or it is a BUG() "
             "that the kernel has no entry for",
             "the Code bytes");
  add_step(e,
           "find the ud2 with objdump -dl: the line in front of it is the check that failed, or the path that must not "
           "be taken");
}

void divisor(const Report& r, Explanation& e, std::string_view id) {
  const auto& by = r.site.divisor;
  const auto at = std::ranges::find(r.site.instructions, true, &Instruction::faulting);
  if (!by || by->reg.empty() || !by->value || at == r.site.instructions.end()) return;
  const auto value = *by->value == 0 ? "0" : hex(*by->value) + ", not 0: the quotient was too large for its register";
  add_certain(e, id, "the divisor in " + by->reg + " is " + value + " (" + at->text + ")",
              "the Code bytes and " + by->reg);
}

constexpr auto selector_rules = std::to_array<Rule>({{"selector", selector}});
constexpr auto opcode_rules = std::to_array<Rule>({{"ud2", undefined_on_purpose}});
constexpr auto divide_rules = std::to_array<Rule>({{"divisor", divisor}});

}  // namespace

// The die header alone: its opening line is lost.
extern constinit const Kind general_protection{
    .info = {"general-protection-fault", "general protection fault", Severity::error,
             Trait::bad_pointer | Trait::refused_value},
    .headers = gpf_headers,
    .title = "general protection fault",
    .sentence =
        "{bad-access|the CPU refused an instruction: most often an access through a pointer that holds no address}",
    .wordings = gpf_wordings,
    .gaps = gpf_gaps,
    .rules = selector_rules,
    .next =
        "look at what {culprit} computed the address from: it was overwritten, freed before, or never set[; "
        "{freer-finders} names who freed it]",
};

extern constinit const Kind invalid_opcode{
    .info = {"invalid-opcode", "invalid opcode", Severity::error},
    .headers = opcode_headers,
    .title = "invalid opcode",
    .sentence =
        "the CPU met an instruction that it does not know[ in {culprit}]: a jump into the middle of code or into data, "
        "or code that was overwritten",
    .wordings = opcode_wordings,
    .gaps = opcode_gaps,
    .rules = opcode_rules,
    .next =
        "compare the bytes in \"Code:\" with the function in the file of this kernel: if they differ, the code was "
        "overwritten, else the jump went astray",
};

extern constinit const Kind divide_error{
    .info = {"divide-error", "division by zero", Severity::error},
    .headers = divide_headers,
    .title = "divide error",
    .sentence = "a division by zero[ in {culprit}], or a result too large for its register",
    .rules = divide_rules,
    .next =
        "check the divisor in {culprit} before it is used; if it is a size or a rate that a device or user space gave, "
        "refuse 0 where it comes in",
};

extern constinit const Kind int3{
    .info = {"int3", "breakpoint trap", Severity::error, Trait::as_nmi},
    .headers = int3_headers,
    .title = "int3",
    .sentence = "a breakpoint instruction was run[ in {culprit}] that no debugger or probe claims",
    .next =
        "look for a kprobe, a tracer or a debugger at {culprit}; code that is patched while it runs leaves int3 "
        "behind, too",
};

extern constinit const Kind stack_segment{
    .info = {"stack-segment", "stack segment fault", Severity::error, Trait::refused_value},
    .headers = segment_headers,
    .title = "stack segment fault",
    .sentence = "an access through the stack or frame pointer[ in {culprit}] went to no possible address",
    .wordings = segment_wordings,
    .rules = selector_rules,
    .next =
        "look for what overwrote the saved stack or frame pointer: an array on the stack of {culprit} or of a function "
        "that it called",
};

extern constinit const Kind control_protection{
    .info = {"control-protection", "control flow violation", Severity::error},
    .headers = control_headers,
    .title = "control protection",
    .sentence =
        "a return or an indirect jump went where it must not: the return address or a function pointer was changed, or "
        "the target lacks ENDBR",
    .rules = control_flow_rules,
    .next =
        "look at the function pointer or the return address that {culprit} used: it was overwritten, or its target is "
        "not built for CET",
};

extern constinit const Kind exception{
    .info = {"exception", "CPU exception", Severity::error},
    .headers = other_headers,
    .title_of = other_title,
    .sentence = "the CPU raised an exception that the kernel has no answer to[: {exception}]",
    .next_none = "nothing but the name of the exception is in the log",
};

}  // namespace unoops::kinds
