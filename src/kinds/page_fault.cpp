// Bad accesses of kernel code: v6.1 arch/x86/mm/fault.c show_fault_oops, arch/arm64/mm/fault.c die_kernel_fault,
// arch/arm/mm/fault.c, arch/riscv/mm/fault.c, arch/powerpc/mm/fault.c bad_page_fault, arch/s390/mm/fault.c
// do_no_context, arch/mips/mm/fault.c and their likes.
#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "... address: 0000000000000008"
// "... at 0000000000000018"
// "... at           (null)"
// "... at virtual address dfff800000000001"
// "... virtual addr 0x8, pc: 0x80001234"         csky
void fault_address(Scanner rest, ReportBuilder& d) {
  for (const std::string_view word : {"address: ", "virtual address ", "virtual addr ", "for address: ", "at address ",
                                      "(address ", "at kernel address ", "at addr ", "(Addr=", "at ", ": "}) {
    Scanner s = rest;
    std::uint64_t address = 0;
    if (!s.skip_to(word)) continue;
    const bool padded = !s.blanks().lit("0x");
    if (s.lit("(null)") || s.lit("<null>"))
      d.set_fault_address(0);
    else if (s.lit("(____ptrval____)") || s.lit("(ptrval)"))
      d.report.fault.address_hashed = true;
    else if (padded && is_half_number(s.rest()))
      d.add_cut("address " + std::string(trim(s.rest())));
    else if (s.hex(address))
      d.set_fault_address(address);
    else
      continue;
    return;
  }
}

bool fault_header(std::string_view, Scanner rest, ReportBuilder& d) {
  // "BUG: Unable to handle kernel instruction fetch (NULL pointer?)"   v6.1 arch/powerpc/mm/fault.c bad_page_fault
  // "BUG: Kernel NULL pointer dereference on read at 0x00000051"         the same
  const auto says = [&](std::string_view words) { return rest.rest().find(words) != std::string_view::npos; };
  if (says("instruction fetch")) d.report.fault.access = Access::execute;
  if (says(" on read at ")) d.report.fault.access = Access::read;
  if (says(" on write at ")) d.report.fault.access = Access::write;
  fault_address(rest, d);
  return true;
}

// mips, loongarch:
// "CPU 1 Unable to handle kernel paging request at virtual address 0000000000000008, epc == 80101234, ra == 80105678"
// arm64, riscv:
// "Unable to handle kernel access to user memory outside uaccess routines at virtual address ..."
bool unable(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (rest.rest().starts_with("access to user memory")) d.report.set_fact(fact::fault_words, "access to user memory");
  if (Scanner s(before); s.skip_to("CPU ")) {
    int cpu = 0;
    if (s.dec(cpu)) d.report.cpu = cpu;
  }
  fault_address(rest, d);
  return true;
}

// parisc (arch/parisc/kernel/traps.c handle_interruption, parisc_terminate; its own panic follows):
// "Kernel Fault: Code=15 (Data TLB miss fault) at addr 0000000000000010"
// "Kernel Fault: Code=15 regs=00000000411d41c0 (Addr=0000000000000010)"                  to v4.x
bool terminated(std::string_view before, Scanner rest, ReportBuilder& d) {
  static constexpr auto fetches = std::to_array<unsigned>({6, 7, 16});
  static constexpr auto accesses = std::to_array<unsigned>({15, 17, 26, 27});
  static constexpr auto heads = std::to_array<std::string_view>(
      {"Kernel Fault", "Page fault", "Page fault: no context", "Bad Address (null pointer deref?)"});
  unsigned code = 0;
  if (std::ranges::find(heads, trim(before)) == heads.end() || !rest.dec(code)) return false;
  const bool fetch = std::ranges::find(fetches, code) != fetches.end();
  if (!fetch && std::ranges::find(accesses, code) == accesses.end()) return false;
  if (fetch) d.report.fault.access = Access::execute;
  d.die = true;
  fault_address(rest, d);
  return true;
}

// mips (arch/mips/kernel/traps.c do_be): "Data bus error, epc == 8029fb20, ra == 8029fc0c"
bool bus_error(std::string_view before, Scanner, ReportBuilder& d) {
  before = trim(before);
  if (before != "Data" && before != "Instruction") return false;
  d.report.set_fact(fact::fault_words, std::string(before) + " bus error");
  return true;
}

// arch/arm/mm/fault.c:
// "Unhandled fault: imprecise external abort (0x1406) at 0x00000e30"
// "Unhandled prefetch abort: ... at 0x..."
bool unhandled(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view words;
  if (!only_prefixes(before) || !rest.until(" (0x", words)) return false;
  d.report.set_fact(fact::fault_words, trim(words));
  fault_address(rest, d);
  return true;
}

// "Alignment trap: not handling instruction e1932f9f at [<8028bd58>]"   arch/arm/mm/alignment.c; the one about user
// code names the task first
bool alignment(std::string_view before, Scanner, ReportBuilder&) { return only_prefixes(before); }

// "Unhandled fault: alignment exception (0x001) at 0x00000e31" follows it; alone it is an unhandled fault like any
// other.
bool alignment_fault_of(std::string_view, Scanner rest, ReportBuilder& d) {
  if (!d.report.kind) return false;
  fault_address(rest, d);
  return true;
}

// "trig(115): Corrupted page table at address 7f12"   arch/x86/mm/fault.c pgtable_bad
bool bad_table(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::uint64_t address = 0;
  if (before.empty() || !rest.hex(address)) return false;
  d.set_fault_address(address);
  return true;
}

constexpr auto null_headers = std::to_array<Header>({
    {"BUG: kernel NULL pointer dereference, address", fault_header},          // x86 since v5.2
    {"BUG: unable to handle kernel NULL pointer dereference", fault_header},  // x86 to v5.1, sh
    {"BUG: Kernel NULL pointer dereference", fault_header},                   // powerpc since v5.3
    {"Unable to handle kernel NULL pointer dereference", fault_header},       // arm64, arm, riscv, m68k, ...
});

constexpr auto page_headers = std::to_array<Header>({
    {"BUG: unable to handle page fault for address", fault_header},  // x86 since v5.2
    {"BUG: unable to handle kernel paging request", fault_header},   // x86 to v5.1, sh
    {"BUG: unable to handle kernel ", unable},
    {"BUG: Unable to handle kernel", fault_header},  // powerpc since v5.3
    {"BUG: Unable to handle unknown paging fault", fault_header},
    {"Unable to handle kernel ", unable},  // arm64, arm, riscv, mips, s390, powerpc, ...
    {": Corrupted page table at address ", bad_table},
    {": Code=", terminated},  // parisc
});

constexpr auto unhandled_headers = std::to_array<Header>({
    {"Unhandled fault: ", unhandled},
    {"Unhandled prefetch abort: ", unhandled},
    {" bus error, epc == ", bus_error},
});
constexpr auto alignment_headers = std::to_array<Header>({
    {"Alignment trap: not handling ", alignment},
    {"Unhandled fault: alignment exception", alignment_fault_of, Header::Use::joins},
});

std::string page_title(const Report& report, std::string_view culprit) {
  const auto words = report.fact(fact::fault_words);
  return "BUG: unable to handle kernel " + std::string(words.empty() ? "paging request" : words) + " in " +
         std::string(culprit);
}

// s390, mips and old powerpc have one headline for every address.
bool is_null(const Report& report) {
  return report.fault.address && *report.fault.address < limits::near_null && report.fact(fact::fault_words).empty();
}

constexpr std::string_view bus_answered =
    "the bus or memory answered an access with an error: {fault-words}; most often a device that is off, or a wrong "
    "register address";

// ARM without PAN guards user memory by a domain (CONFIG_CPU_SW_DOMAIN_PAN; v6.1 arch/arm/mm/fsr-2level.c); that covers
// NULL and its neighbours.
constexpr auto unhandled_wordings = std::to_array<Wording>({
    {"fault-words", "domain fault",
     "{bad-access|the kernel touched user memory without the functions that may do that} ({fault-words})"},
    // The names of the status codes: arch/arm/mm/fsr-{2,3}level.c, arch/arm64/mm/fault.c fault_info.
    {"fault-words", "alignment",
     "an access[ to {address}] that is not aligned to its size, which this memory or this instruction does not allow "
     "({fault-words})"},
    {"fault-words", "translation fault", "{bad-access|an access where nothing is mapped} ({fault-words})"},
    {"fault-words", "permission fault", "{bad-access|an access that the page does not allow} ({fault-words})"},
    {"fault-words", "access flag fault", "an access[ to {address}] to a page that is marked as never used"},
    {"fault-words", "breakpoint", "a breakpoint or watchpoint that no debugger claims ({fault-words})"},
    {"fault-words", "debug", "a debug exception that no debugger claims ({fault-words})"},
    {"fault-words", "parity",
     "the memory or a cache answered an access with bits that it could not trust ({fault-words})"},
    {"bus-error", "", bus_answered},
    {"fault-words", "abort", bus_answered},
});

}  // namespace

extern constinit const Kind page_fault;
extern constinit const Kind null_pointer{
    .info = {"null-pointer-dereference", "NULL pointer dereference", Severity::error,
             Trait::bad_pointer | Trait::awaits_oops},
    .headers = null_headers,
    .title = "BUG: unable to handle kernel NULL pointer dereference",
    .sentence = "{bad-access|the kernel's code accessed memory through a NULL pointer}",
    .next = "look in {culprit}, at the line or the instruction that is named, for a pointer without a check for NULL",
    .refines = &page_fault,
    .claims = is_null,
};

extern constinit const Kind page_fault{
    .info = {"page-fault", "bad memory access", Severity::error, Trait::bad_pointer | Trait::awaits_oops},
    .headers = page_headers,
    .title_of = page_title,
    .sentence = "{bad-access|the kernel's code touched memory that is not there}",
    .next = "look at what {culprit} computes the address from, and who may have freed or overwritten it",
};

extern constinit const Kind unhandled_fault{
    .info = {"unhandled-fault", "unhandled bus fault", Severity::error, Trait::maybe_bad_pointer},
    .headers = unhandled_headers,
    .title = "Unhandled fault",
    .sentence =
        "the CPU raised an exception for an access[ to {address}] that the kernel has no answer to[: {fault-words}]",
    .wordings = unhandled_wordings,
    // The trap's own entry code is as good a suspect as any: the abort may be late.
    .culprit = {.skip = FrameRole::report | FrameRole::sanitizer | FrameRole::trace},
    .next =
        "see whether the device behind the address that {culprit} touched has its clock and power on: a bus answers so "
        "where nobody is there",
};

extern constinit const Kind alignment_fault{
    .info = {"alignment-fault", "unaligned access", Severity::error, Trait::bad_pointer | Trait::emulated},
    .headers = alignment_headers,
    .title = "Alignment trap",
    .sentence = "an access[ to {address}] that is not aligned to its size, which this CPU can't do",
    .next = "read such data in {culprit} with get_unaligned() and write it with put_unaligned()",
};

}  // namespace unoops::kinds
