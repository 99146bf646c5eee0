// CPUs that do not come back: v6.1 kernel/watchdog.c, kernel/watchdog_hld.c, arch/powerpc/kernel/watchdog.c,
// kernel/smp.c csd_lock_wait_toolong.
#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "base/text.hpp"
#include "facts/frames.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/stalls.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {

extern constinit const Kind warning;

namespace {

// The words with one blank between them.
std::string one_blank(std::string_view text) {
  std::string out;
  for (const char c : trim(text))
    if (!is_blank(c))
      out += c;
    else if (out.back() != ' ')
      out += ' ';
  return out;
}

// "watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [trig:115]"
bool soft(std::string_view before, Scanner rest, ReportBuilder& d) {
  int cpu = 0, seconds = 0;
  std::string_view comm;
  if (!only_prefixes(before) || !rest.dec(cpu) || !rest.lit(" stuck for ") || !rest.dec(seconds)) return false;
  d.report.cpu = cpu;
  d.report.set_fact(fact::stuck_seconds, std::to_string(seconds));
  std::int64_t pid = 0;
  if (rest.skip_to("[") && rest.until_last(":", comm) && rest.dec(pid)) {
    d.report.comm = comm;
    d.report.pid = pid;
  }
  return true;
}

// "watchdog: Watchdog detected hard LOCKUP on cpu 3"; to v3.18 the text of a WARN, which is open then
bool hard(std::string_view, Scanner rest, ReportBuilder& d) {
  int cpu = 0;
  if (d.report.kind && d.report.kind->id != "warning") return false;
  if (!rest.dec(cpu)) return false;
  d.report.cpu = cpu;
  d.report.set_fact(fact::hard_lockup_cpu, std::to_string(cpu));
  return true;
}
bool is_hard(const Report& r) { return !r.fact(fact::hard_lockup_cpu).empty(); }

// "watchdog: CPU 3 self-detected hard LOCKUP @ foo+0x1/0x2"      powerpc
bool hard_self(std::string_view before, Scanner rest, ReportBuilder& d) {
  Scanner s(before);
  int cpu = 0;
  if (s.skip_to("CPU ") && s.dec(cpu)) {
    d.report.cpu = cpu;
    d.report.set_fact(fact::hard_lockup_cpu, std::to_string(cpu));
  }
  return take_ref(rest, d, "hard LOCKUP");
}
// "watchdog: CPU 1 detected hard LOCKUP on other CPUs 3"; the others' own "CPU 3 Hard LOCKUP" blocks follow
bool hard_other(std::string_view before, Scanner rest, ReportBuilder& d) {
  Scanner s(before);
  int cpu = 0;
  if (s.skip_to("CPU ") && s.dec(cpu)) d.report.set_fact(fact::detecting_cpu, std::to_string(cpu));
  d.report.set_fact(fact::hard_lockup_cpu, trim(rest.rest()));
  d.report.set_fact(fact::stalled_cpus, trim(rest.rest()));
  return true;
}

// "smp: csd: Detected non-responsive CSD lock (#1) on CPU#0, waiting 5000000000 ns for CPU#01
// do_nothing+0x0/0x10(0x0)."
bool csd(std::string_view, Scanner rest, ReportBuilder& d) {
  int cpu = 0;
  if (!rest.skip_to(" on CPU#") || !rest.dec(cpu)) return false;
  d.report.set_fact(fact::waiting_cpu, std::to_string(cpu));
  std::uint64_t waited = 0;
  if (rest.skip_to("waiting ") && rest.dec(waited)) d.report.set_fact(fact::waited_ns, std::to_string(waited));
  if (rest.skip_to("for CPU#") && rest.dec(cpu)) {
    d.report.cpu = cpu;
    d.report.set_fact(fact::stalled_cpus, std::to_string(cpu));
  }
  take_ref(rest, d, "CSD lock");
  return true;
}

constexpr auto soft_headers = std::to_array<Header>({
    {"BUG: soft lockup - CPU#", soft}, {"BUG: soft lockup detected on CPU#", nullptr},  // to v2.6.23
});
constexpr auto hard_headers = std::to_array<Header>({
    {"Watchdog detected hard LOCKUP on cpu ", hard, Header::Use::body},
    {"BUG: NMI Watchdog detected LOCKUP on CPU", hard},
    {"self-detected hard LOCKUP @ ", hard_self},
    {"detected hard LOCKUP on other CPUs ", hard_other},
});
constexpr auto csd_headers = std::to_array<Header>({{"csd: Detected non-responsive CSD lock", csd}});

constexpr auto lockup_sections = std::to_array<Section>({
    {SectionId::text, "CPU#", keep_line},           // utilization and interrupt counts, v6.9
    {SectionId::text, "watchdog: CPU", keep_line},  // powerpc: "watchdog: CPU 3 TB:..., last SMP heartbeat TB:..."
    {SectionId::backtrace, "task:", task_line},
});
// v6.12 kernel/watchdog.c print_cpustat, print_irq_counts, behind "CPU#0 Utilization every 4s during lockup:" and
// "CPU#0 Detect HardIRQ Time exceeds 50%. Most frequent HardIRQs:"
//   "	#1: 100% system,	  0% softirq,	  1% hardirq,	  0% idle"        a sample
//   "	#1: 330945     	irq#7"                                        an interrupt, the most frequent one first
bool lockup_row(std::string_view text, ReportBuilder& d) {
  Scanner s(trim(text));
  unsigned row = 0;
  std::uint64_t count = 0, irq = 0;
  if (!s.lit("#") || !s.dec(row) || !s.lit(":") || !s.blanks().dec(count)) return false;
  if (s.lit("% system")) {
    if (d.report.fact(fact::cpu_time).empty())
      d.report.set_fact(fact::cpu_time, one_blank(trim(text).substr(trim(text).find(' '))));
  } else if (s.blanks().lit("irq#") && s.dec(irq)) {
    if (row == 1)
      d.report.set_fact(fact::busiest_irq, "irq " + std::to_string(irq) + ", " + std::to_string(count) + " times");
  } else {
    return false;
  }
  return keep_line(Scanner(text), d);
}

constexpr auto csd_sections = std::to_array<Section>({
    {SectionId::text, "csd: ", keep_line},
    {SectionId::text, "smp: csd: ", keep_line},
});

std::string waited_ms(const Report& r) {
  std::uint64_t ns = 0;
  const auto waited = r.fact(fact::waited_ns);
  std::from_chars(waited.data(), waited.data() + waited.size(), ns);
  return ns < 1'000'000 ? std::string() : std::to_string(ns / 1'000'000);
}

std::string call(const Report& r) {
  const auto at = std::ranges::find(r.stacks, StackRole::csd_call, &Stack::role);
  return at == r.stacks.end() || at->frames.empty() ? std::string() : source_name(at->frames.front().ref.symbol);
}
constexpr auto csd_gaps = std::to_array<Gap>({{"waited-ms", waited_ms}, {"call", call}, doing_gap});

constexpr auto soft_gaps = std::to_array<Gap>({doing_gap, storm_gap});
constexpr auto soft_wordings = std::to_array<Wording>({
    {"storm", "",
     "interrupts took {storm} of the time of CPU {cpu|?}, and no task ran there for {stuck-seconds|many} s: an "
     "interrupt "
     "storm"},
});
}  // namespace

extern constinit const Kind soft_lockup{
    .info = {"soft-lockup", "soft lockup", Severity::error, Trait::stall | Trait::repeats | Trait::waits},
    .headers = soft_headers,
    .sections = lockup_sections,
    .line = lockup_row,
    .title = "BUG: soft lockup",
    .sentence =
        "CPU {cpu|?} ran kernel code for {stuck-seconds|many} s without letting another task run[; it was "
        "{doing}]",
    .wordings = soft_wordings,
    .gaps = soft_gaps,
    .culprit = {.from = Culprit::From::interrupted, .named = stall_names},
    .rules = stall_rules,
    .next_none = "what kept the CPU is not on its trace: the backtraces of all CPUs (sysrq-l) are not in the log",
    .goes_on = same_stall,
};

extern constinit const Kind hard_lockup{
    .info = {"hard-lockup", "hard lockup", Severity::error, Trait::stall | Trait::repeats | Trait::waits},
    .headers = hard_headers,
    .sections = lockup_sections,
    .line = lockup_row,
    .title = "BUG: hard lockup",
    .sentence = "CPU {hard-lockup-cpu|?} ran with interrupts off for too long[; it was {doing}]",
    .gaps = stall_gaps,
    .culprit = {.from = Culprit::From::interrupted, .named = stall_names},
    .rules = hard_stall_rules,
    .next_none = "what kept the CPU is not on its trace: the backtraces of all CPUs (sysrq-l) are not in the log",
    .goes_on = same_stall,
    .refines = &warning,
    .claims = is_hard,
};

extern constinit const Kind csd_lockup{
    .info = {"csd-lockup", "another CPU does not answer", Severity::error, Trait::stall},
    .headers = csd_headers,
    .sections = csd_sections,
    .title = "INFO: CSD lock stall",
    .sentence =
        "CPU {waiting-cpu|?} has waited[ {waited-ms} ms] for CPU {stalled-cpus|?}[ to run {call}], which does not "
        "answer[; it was {doing}]",
    .gaps = csd_gaps,
    .culprit = {.from = Culprit::From::interrupted, .named = stall_names},
    .next =
        "find why CPU {stalled-cpus|?} takes no interrupts[: it was {doing}]: look there for a loop, or a lock that is "
        "waited for, with interrupts off",
    .goes_on = same_stall,
};

}  // namespace unoops::kinds
