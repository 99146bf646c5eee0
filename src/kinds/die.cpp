// The die header, where no better headline opened the report: a body line of the report that is open, a root where
// there is none.
//   "Oops: 0002 [#1] SMP"                                       x86 (v6.1 arch/x86/kernel/dumpstack.c)
//   "Oops: Kernel access of bad area, sig: 11 [#1]"             powerpc
//   "Oops [#1]", "Kernel BUG [#1]"                              riscv
//   "Oops - illegal instruction [#1]"                           riscv
//   "Oops[#1]:", "Kernel bug detected[#1]:"                     mips, loongarch
//   "illegal operation: 0001 ilc:1 [#1] SMP"                    s390 (arch/s390/kernel/dumpstack.c die)
//   "swapper(1): Oops [#1]"                                     sparc, alpha
//   "Internal error: Oops - BUG: 0 [#1] SMP ARM"                arm, arm64 (arch/arm64/kernel/traps.c __die)
//   "reader[812]: Oops 8821862825984 [1]"                       ia64 (arch/ia64/kernel/traps.c die)
//   "reader(812): Oops 1"                                       alpha (arch/alpha/kernel/traps.c die_if_kernel)
//   "Oops: 00000000"                                            m68k (arch/m68k/kernel/traps.c die_if_kernel)
//   "Oops"                                                      arc (arch/arc/kernel/troubleshoot.c show_kernel_fault_diag)
#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"
#include "facts/addresses.hpp"
#include "grammar/task_line.hpp"
#include "grammar/words.hpp"
#include "kinds/access_words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lost_head.hpp"
#include "kinds/rule.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

bool number_of_death(Scanner rest, ReportBuilder& d) {
  int number = 0;
  if (!rest.dec(number) || !rest.lit("]")) return false;
  d.report.die_number = number;
  d.die = true;
  return true;
}

// "Internal error: synchronous external abort: 96000010 [#1] PREEMPT SMP", "Internal error: : 1b [#1] SMP ARM"
bool internal_error(std::string_view, Scanner rest, ReportBuilder& d) {
  std::string_view words, last;
  if (!rest.until("[#", words) || !number_of_death(rest, d)) return false;
  words = trim(words);
  if (Scanner s(words); s.until_last(":", last)) {
    d.report.set_fact(fact::die, trim(last));
    const auto code = trim(s.rest());
    if (d.report.fault.error_code.empty()) d.report.fault.error_code = code;
  } else {
    d.report.set_fact(fact::die, words);
  }
  return true;
}

// What architectures call their deaths; the first word or two are enough. Longer ones first.
constexpr auto deaths = std::to_array<std::string_view>({
    "Oops",
    "Kernel ",
    "kernel ",
    "Unhandled ",
    "monitor event",
    "illegal operation",
    "Exception",
    "Bad ",
    "Watchpoint",
    "Reserved",
    "Trap",
    "FPU ",
    "do_cpu invoked",
    "data exception",
    "privileged operation",
    "specification exception",
    "addressing exception",
    "fixpoint ",
    "floating point ",
    "HFP ",
    "vector exception",
    "translation specification",
    "operand exception",
    "unknown program exception",
    "transaction constraint",
    "Machine check",
    "System Reset",
    "Unrecoverable ",
    "Unrecovered ",
    "Facility",
    "Emulated",
    "Alignment",
    "Protection fault",
    "Interrupt unknown",
    "Interruption",
    "protection exception",
    "page protection",
    "CPU is",
    "Break instruction",
    "Bus error",
    "TLB Miss",
    "Address exception",
});

// "<words>[#1]", "<words> [#1] SMP", "comm(pid): <words> [#1]"
bool any_death(std::string_view before, Scanner rest, ReportBuilder& d) {
  before = trim(before);
  if (const auto task = before.find("): ");
      task != std::string_view::npos && before.substr(0, task).find('(') != std::string_view::npos)
    before = before.substr(task + 3);
  if (std::ranges::none_of(deaths, [&](std::string_view death) { return before.starts_with(death); })) return false;
  if (!number_of_death(rest, d)) return false;
  // "0004 ilc:2", "0002": the hardware's code stands last.
  std::string_view words = before, head;
  if (Scanner s(before); s.until_last(": ", head)) {
    unsigned code = 0;
    Scanner tail = s;
    if (tail.hex_n(4, code)) {
      words = head;
      if (d.report.fault.error_code.empty()) d.report.fault.error_code = s.rest().substr(0, 4);
    }
  }
  d.report.set_fact(fact::die, words);
  return true;
}

// "reader" and "812" before the closing bracket that the needle begins with.
bool comm_and_pid(std::string_view before, char bracket, ReportBuilder& d) {
  const auto at = before.rfind(bracket);
  std::int64_t pid = 0;
  if (at == std::string_view::npos || at == 0) return false;
  Scanner number(before.substr(at + 1));
  if (!number.dec(pid) || !number.at_end()) return false;
  auto comm = trim(before.substr(0, at));
  if (const auto cpu = Scanner(comm); comm.starts_with("CPU ")) {  // alpha, CONFIG_SMP
    int on = 0;
    Scanner s = cpu;
    s.lit("CPU ");
    if (s.dec(on)) d.report.cpu = on, comm = trim(s.rest());
  }
  d.report.pid = pid;
  d.report.comm = comm;
  return true;
}

// "reader[812]: Oops 8821862825984 [1]", behind the needle "]: Oops "
bool ia64_death(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view code;
  int number = 0;
  if (!rest.until_last(" [", code) || !rest.dec(number) || !rest.lit("]") || !rest.blanks().at_end()) return false;
  if (!comm_and_pid(before, '[', d)) return false;
  d.report.die_number = number;
  d.die = true;
  d.report.set_fact(fact::die, "Oops");
  return true;
}

// "reader(812): Oops 1"
bool alpha_death(std::string_view before, Scanner rest, ReportBuilder& d) {
  unsigned code = 0;
  if (!rest.dec(code) || !rest.blanks().at_end() || !comm_and_pid(before, '(', d)) return false;
  d.die = true;
  d.report.set_fact(fact::die, "Oops");
  return true;
}

// "Oops: 0000 [1] SMP": x86-64 to 2.6.19 (arch/x86_64/kernel/traps.c __die); "Oops: 0002": i386 of 2.4
bool old_x86_death(std::string_view before, Scanner rest, ReportBuilder& d) {
  const auto code = rest.rest().substr(0, 4);
  unsigned value = 0;
  int number = 1;
  if (!only_prefixes(before) || !rest.hex_n(4, value)) return false;
  if (!rest.blanks().at_end() && !(rest.lit("[") && rest.dec(number) && rest.lit("]"))) return false;
  if (d.report.fault.error_code.empty()) d.report.fault.error_code = code;
  d.report.die_number = number;
  d.die = true;
  d.report.set_fact(fact::die, "Oops");
  return true;
}

bool m68k_death(std::string_view before, Scanner rest, ReportBuilder& d) {
  unsigned code = 0;
  if (!trim(before).empty() || !rest.hex_n(8, code) || !rest.blanks().at_end()) return false;
  d.die = true;
  d.report.set_fact(fact::die, "Oops");
  return true;
}

// Anybody may print this: what follows proves it.
bool arc_death(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!trim(before).empty() || !trim(rest.rest()).empty()) return false;
  d.report.set_fact(fact::die, "Oops");
  return true;
}

// The note of a task's exit is the end of an oops.
bool exit_line(std::string_view text, ReportBuilder& d) {
  const auto note = read_exit_note(text);
  if (!note) return false;
  d.report.comm = note->task.comm;
  d.report.pid = note->task.pid;
  take_exit_note(*note, d.report);
  d.report.set_fact(fact::lost_head, exit_note);
  d.die = true;
  return true;
}

constexpr auto arm_headers = std::to_array<Header>({{"Internal error: ", internal_error, Header::Use::body}});
constexpr auto oops_headers = std::to_array<Header>({
    {"[#", any_death, Header::Use::body},
    {"]: Oops ", ia64_death, Header::Use::body},
    {"]: bugcheck! ", ia64_death, Header::Use::body},
    {"): Oops ", alpha_death, Header::Use::body},
    {"): Kernel Bug ", alpha_death, Header::Use::body},
    {"Oops: ", m68k_death, Header::Use::body},
    {"Oops: ", old_x86_death, Header::Use::body},
    {"Oops", arc_death, Header::Use::last},
});

std::string title(const Report& r, std::string_view culprit) {
  return std::string(r.fact(fact::die)) + " in " + std::string(culprit);
}

// No access to memory:  "illegal operation", "Oops - illegal instruction"
// An access:            "Oops", "Oops: Kernel access of bad area, sig: 11"
std::string death(const Report& r) {
  auto die = r.fact(fact::die);
  if (die.starts_with("Oops - "))
    die.remove_prefix(7);
  else if (die.starts_with("Oops"))
    return {};
  return std::string(die);
}
constexpr auto oops_gaps = std::to_array<Gap>({{"death", death}});
constexpr auto oops_wordings = std::to_array<Wording>({
    {"bad-access", "", "{bad-access}"},
    {"death", "", "the CPU raised an exception in kernel code that it can't go on from[ in {culprit}]: {death}"},
});

// s390 "fixpoint divide exception: 0009 ilc:2 [#1]"
bool is_division(const Report& r) { return r.fact(fact::die).find("divide") != std::string_view::npos; }
// Where the line before it is lost:
//   "Kernel BUG [#1]"               riscv
//   "Kernel bug detected[#1]:"      mips
//   "Oops - BUG[#1]:"               loongarch
bool is_bug(const Report& r) {
  return r.fact(fact::die) == "Kernel BUG" || r.fact(fact::die) == "Kernel bug detected" ||
         r.fact(fact::die) == "Oops - BUG";
}

// The names of the status codes: arch/arm64/mm/fault.c fault_info, arch/arm/mm/fsr-2level.c.
constexpr auto internal_wordings = std::to_array<Wording>({
    {"bus-error", "",
     "the bus answered an access[ in {culprit}] with an error ({bus-error}): no device or memory answers at that "
     "address, or "
     "the device is off"},
});

// The abort has no address in its report; the instruction's registers tell it.
void external_abort(const Report& r, Explanation& e, std::string_view id) {
  const auto& site = r.site;
  if (bus_error(r).empty()) return;
  if (site.effective_address && !site.base_register.empty()) {
    const auto where = address_fact(*site.effective_address, r.arch).words;
    add_likely(e, id, "the instruction accesses " + hex(*site.effective_address) + (where.empty() ? "" : ", " + where),
               "the Code bytes and " + site.base_register);
  }
  add_step(
      e, "look whether the device behind that address exists, and has its clock and power, when the driver gets at it");
}
constexpr auto internal_rules = std::to_array<Rule>({{"external-abort", external_abort}});

}  // namespace

extern constinit const Kind internal_error_kind{
    .info = {"internal-error", "kernel exception", Severity::error, Trait::bad_pc},
    .headers = arm_headers,
    .title = "Internal error",
    .sentence = "the CPU raised an exception in kernel code that it can't go on from[ in {culprit}][: {die}]",
    .wordings = internal_wordings,
    .rules = internal_rules,
    .next_none = "the exception has no more words than its name: the address it was about is not in the log",
};

extern constinit const Kind oops{
    .info = {"oops", "oops", Severity::error, Trait::maybe_bad_pointer | Trait::common_words},
    .headers = oops_headers,
    .title_of = title,
    .sentence = "the kernel's code touched memory that is not there",
    .wordings = oops_wordings,
    .gaps = oops_gaps,
    .next_none = "neither the address nor the value that was refused is in the log",
    .remainder = exit_line,
    .remainder_needle = "] exited with ",
};

extern constinit const Kind trap_division{
    .info = {"divide-trap", "division by zero", Severity::error},
    .title = "divide error",
    .sentence = "a division by zero[ in {culprit}]",
    .next = "check the divisor in {culprit} before it is used: it was 0",
    .refines = &oops,
    .claims = is_division,
};

extern constinit const Kind trap_bug{
    .info = {"bug-trap", "BUG assertion failed", Severity::error},
    .title = "kernel BUG",
    .sentence = "a check in the kernel's code failed[ at {place}][ ({condition})], and {end} (BUG)",
    .next_none = "which condition the BUG() asks is in its source, not in the log",
    .refines = &oops,
    .claims = is_bug,
};

}  // namespace unoops::kinds
