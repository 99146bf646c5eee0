// Exceptions that an architecture has no other answer to than the words themselves.
//   m68k    v6.1 arch/m68k/kernel/traps.c bad_super_trap    "*** ADDRESS ERROR ***   FORMAT=2", "BAD KERNEL TRAP: 00000000"
//   arm64   to v5.12 arch/arm64/kernel/traps.c bad_mode      "Bad mode in Synchronous Abort handler detected on CPU1, code
//                                                             0x8600000f -- IABT (current EL)"
//           v6.1 entry-common.c __panic_unhandled            "Unhandled 64-bit el1h sync exception on CPU0, ESR
//                                                             0x0000000096000004 -- DABT (current EL)"
//   parisc  v6.1 arch/parisc/kernel/traps.c parisc_terminate "Kernel Fault: Code=8 (Illegal instruction) at addr ..."
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

bool super_trap(std::string_view before, Scanner, ReportBuilder& d) {
  before = trim(before);
  if (!before.starts_with("*** ") || before.size() < 8) return false;
  d.report.set_fact(fact::exception, before.substr(4));
  return true;
}

bool super_trap_dies(std::string_view before, Scanner, ReportBuilder& d) {
  if (!trim(before).empty()) return false;
  if (d.report.fact(fact::exception).empty()) d.report.set_fact(fact::exception, "BAD KERNEL TRAP");
  d.die = true;
  return true;
}

// "... on CPU1, code 0x8600000f -- IABT (current EL)"
void cpu_and_code(Scanner rest, std::string_view label, ReportBuilder& d) {
  std::string_view digits;
  int cpu = 0;
  if (Scanner s = rest; s.skip_to("on CPU") && s.dec(cpu)) d.report.cpu = cpu;
  if (rest.skip_to(label) && rest.word(digits) && digits.starts_with("0x")) d.report.fault.esr = digits;
}

bool bad_mode(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view handler;
  if (!only_prefixes(before) || !rest.until(" handler detected", handler)) return false;
  d.report.set_fact(fact::exception, "Bad mode in " + std::string(handler) + " handler");
  cpu_and_code(rest, "code ", d);
  return true;
}

bool unhandled(std::string_view before, Scanner rest, ReportBuilder& d) {
  const auto at = before.find("Unhandled ");
  if (at == std::string_view::npos || !only_prefixes(before.substr(0, at))) return false;
  d.report.set_fact(fact::exception, std::string(before.substr(at)) + " exception");
  cpu_and_code(Scanner(d.line->text), "ESR ", d);
  return rest.rest().find("ESR ") != std::string_view::npos;
}

bool terminated(std::string_view before, Scanner rest, ReportBuilder& d) {
  unsigned code = 0;
  if (trim(before) != "Kernel Fault" || !rest.dec(code)) return false;
  std::string_view name;
  const bool named = rest.lit(" (") && rest.until(")", name);
  d.report.set_fact(fact::exception, named ? std::string(name) : "Kernel Fault, code " + std::to_string(code));
  d.die = true;
  return true;
}

constexpr auto headers = std::to_array<Header>({
    {" ***   FORMAT=", super_trap},
    {"BAD KERNEL TRAP: ", super_trap_dies, Header::Use::joins},
    {"Bad mode in ", bad_mode},
    {" exception on CPU", unhandled},
    {": Code=", terminated},
});

// The custom has bad_mode()'s own panic for the title.
std::string title(const Report& r, std::string_view culprit) {
  if (r.panic && r.fact(fact::exception).starts_with("Bad mode")) return "kernel panic: " + r.panic->reason;
  return std::string(r.fact(fact::exception)) + " in " + std::string(culprit);
}

// m68k: data on a 68000, instructions on all.
constexpr auto wordings = std::to_array<Wording>({
    {"exception", "ADDRESS ERROR",
     "the kernel[ in {culprit}] used an odd address where the CPU takes only even ones (address error)"},
});

}  // namespace

extern constinit const Kind bad_trap{
    .info = {"bad-trap", "unexpected CPU exception", Severity::error},
    .headers = headers,
    .title_of = title,
    .sentence =
        "the CPU raised an exception in kernel code[ in {culprit}] that the kernel has no answer to: {exception}",
    .wordings = wordings,
    .next_none = "the exception has a number and no name: what raised it is not in the log",
};

}  // namespace unoops::kinds
