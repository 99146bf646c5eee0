// Bad accesses of kernel code: v6.1 arch/x86/mm/fault.c show_fault_oops; arch/arm64/mm/fault.c die_kernel_fault; others in log-formats B.1.
#include <array>

#include "base/text.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"

namespace unoops {
namespace {

// "... address: 0000000000000008", "... at 0000000000000018", "... at           (null)", "... at virtual address dfff800000000001"
bool fault_header(std::string_view, Scanner rest, Draft& d) {
  for (const std::string_view word : {"address: ", "virtual address ", "for address: ", "at address ", "at ", ": "}) {
    Scanner s = rest;
    std::uint64_t address = 0;
    if (!s.skip_to(word)) continue;
    s.blanks().lit("0x");
    if (s.lit("(null)"))
      d.set_fault_address(0);
    else if (s.lit("(____ptrval____)") || s.lit("(ptrval)"))
      d.report.fault.address_hashed = true;
    else if (s.hex(address))
      d.set_fault_address(address);
    else
      continue;
    break;
  }
  return true;
}

constexpr auto null_headers = std::to_array<Header>({
    {"BUG: kernel NULL pointer dereference, address", fault_header},               // x86 since v5.2
    {"BUG: unable to handle kernel NULL pointer dereference", fault_header},       // x86 to v5.1, sh
    {"BUG: Kernel NULL pointer dereference", fault_header},                        // powerpc since v5.3
    {"Unable to handle kernel NULL pointer dereference", fault_header},            // arm64, arm, riscv, m68k, ...
});

constexpr auto page_headers = std::to_array<Header>({
    {"BUG: unable to handle page fault for address", fault_header},                // x86 since v5.2
    {"BUG: unable to handle kernel paging request", fault_header},                 // x86 to v5.1, sh
    {"BUG: Unable to handle kernel", fault_header},                                // powerpc since v5.3
    {"BUG: Unable to handle unknown paging fault", fault_header},
    {"Unable to handle kernel", fault_header},                                     // arm64, arm, riscv, mips, s390, powerpc, ...
});

}  // namespace

extern constinit const Kind null_pointer;
constinit const Kind null_pointer{
    .info = {"null-pointer-dereference", "NULL pointer dereference", Severity::error},
    .headers = null_headers,
    .title = "BUG: unable to handle kernel NULL pointer dereference",
};

extern constinit const Kind page_fault;
constinit const Kind page_fault{
    .info = {"page-fault", "bad memory access", Severity::error},
    .headers = page_headers,
    .title = "BUG: unable to handle kernel paging request",
};

}  // namespace unoops
