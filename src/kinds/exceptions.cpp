// x86 exceptions other than page faults, by their die header: v6.1 arch/x86/kernel/traps.c, arch/x86/kernel/dumpstack.c __die_header.
//   "general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] PREEMPT SMP"
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"

namespace unoops {
namespace {

// What stands between the needle and "[#n]": ": 0000 ", ", probably for non-canonical address 0x...: 0000 "
bool die_header(std::string_view, Scanner rest, Draft& d) {
  std::string_view detail;
  int number = 0;
  if (!rest.until("[#", detail) || !rest.dec(number)) return false;
  d.report.die_number = number;
  d.die = true;
  Scanner s(detail);
  std::uint64_t address = 0;
  if (s.skip_to("address 0x") && s.hex(address)) d.set_fault_address(address);
  return true;
}

// "Oops: 0002 [#1] PREEMPT SMP"; "Oops: Oops: 0002 [#1]" since v6.10
bool oops_header(std::string_view before, Scanner rest, Draft& d) {
  rest.lit("Oops: ");
  unsigned code = 0;
  const auto digits = rest.rest().substr(0, 4);
  if (!only_prefixes(before) || !rest.hex_n(4, code) || !rest.lit(" [#") || !rest.dec(code)) return false;
  d.report.fault.error_code = digits;
  d.report.die_number = static_cast<int>(code);
  d.die = true;
  return true;
}

constexpr auto oops_headers = std::to_array<Header>({{"Oops: ", oops_header, Header::Use::body}});
constexpr auto gpf_headers = std::to_array<Header>({{"general protection fault", die_header}});
constexpr auto opcode_headers = std::to_array<Header>({{"invalid opcode: ", die_header, Header::Use::body}});
constexpr auto divide_headers = std::to_array<Header>({{"divide error: ", die_header}});
constexpr auto int3_headers = std::to_array<Header>({{"int3: ", die_header}});

}  // namespace

// The die header alone: its opening line is lost.
extern constinit const Kind oops;
constinit const Kind oops{
    .info = {"oops", "kernel oops", Severity::error},
    .headers = oops_headers,
    .title = "kernel oops",
};

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

}  // namespace unoops
