// x86 exceptions other than page faults, by their die header: v6.1 arch/x86/kernel/traps.c, arch/x86/kernel/dumpstack.c
// __die_header.
//   "general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] PREEMPT SMP"
//   "Oops: general protection fault, ...: 0000 [#1]"        since v6.10
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"

namespace unoops {
namespace {

// The words of the exception are the title: "overflow: 0000 [#1] SMP"; nothing but "Oops: " may stand before them.
bool named(std::string_view before, Scanner rest, Draft& d) {
  return only_prefixes(before) && die_header(before, rest, d);
}

// The same, whose words come from the line.
bool other(std::string_view before, Scanner rest, Draft& d) {
  if (!named(before, rest, d)) return false;
  auto text = trim(d.line->text.substr(before.size()));
  d.report.set_fact("exception", text.substr(0, text.find(':')));
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
  return std::string(report.fact("exception")) + " in " + std::string(culprit);
}

}  // namespace

// The die header alone: its opening line is lost.
extern constinit const Kind general_protection;
constinit const Kind general_protection{
    .info = {"general-protection-fault", "general protection fault", Severity::error},
    .headers = gpf_headers,
    .title = "general protection fault",
};

extern constinit const Kind invalid_opcode;
constinit const Kind invalid_opcode{
    .info = {"invalid-opcode", "invalid opcode", Severity::error},
    .headers = opcode_headers,
    .title = "invalid opcode",
};

extern constinit const Kind divide_error;
constinit const Kind divide_error{
    .info = {"divide-error", "division by zero", Severity::error},
    .headers = divide_headers,
    .title = "divide error",
};

extern constinit const Kind int3;
constinit const Kind int3{
    .info = {"int3", "breakpoint trap", Severity::error},
    .headers = int3_headers,
    .title = "int3",
};

extern constinit const Kind stack_segment;
constinit const Kind stack_segment{
    .info = {"stack-segment", "stack segment fault", Severity::error},
    .headers = segment_headers,
    .title = "stack segment fault",
};

extern constinit const Kind control_protection;
constinit const Kind control_protection{
    .info = {"control-protection", "control flow violation", Severity::error},
    .headers = control_headers,
    .title = "control protection",
};

extern constinit const Kind exception;
constinit const Kind exception{
    .info = {"exception", "CPU exception", Severity::error},
    .headers = other_headers,
    .title_of = other_title,
};

}  // namespace unoops
