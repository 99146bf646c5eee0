// RCU stalls: v6.1 kernel/rcu/tree_stall.h, tree_exp.h, tasks.h.
//   "rcu: INFO: rcu_preempt self-detected stall on CPU"                                         to v4.19 no "rcu: "
//   "INFO: rcu_sched detected stalls on CPUs/tasks: { 2 5} (detected by 0, t=21002 jiffies, g=1, c=0, q=0)"  to v3.x
//   "INFO: rcu_sched_state detected stall on CPU 0 (t=15000 jiffies)"                            v2.6.35 to v3.2
//   "INFO: RCU detected CPU 1 stall (t=4295/10000 jiffies)"                                      to v2.6.34
//   "INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 0-.... } 21 jiffies s: 173 root: 0x1/."
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/rcu_stall_rules.hpp"
#include "kinds/stalls.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

void add_cpu(Report& r, FactName name, unsigned cpu) {
  const std::string before(r.fact(name)), number = std::to_string(cpu);
  if ((", " + before + ",").find(", " + number + ",") != std::string::npos) return;
  r.set_fact(name, (before.empty() ? "" : before + ", ") + number);
}

void take_number(std::string_view text, std::string_view words, ReportBuilder& d, FactName name) {
  const auto at = text.find(words);
  std::uint64_t count = 0;
  if (at == std::string_view::npos) return;
  Scanner s(text.substr(at + words.size()));
  s.lit("-");  // g=-831: young grace periods count from below 0
  if (s.dec(count)) d.report.set_fact(name, std::to_string(count));
}

// "(detected by 0, t=755 jiffies, g=-635, q=2 ncpus=2)", "(t=750 jiffies g=12425 c=12424 q=5)", "(t=4295/10000 jiffies)"
void take_counts(std::string_view text, ReportBuilder& d) {
  take_number(text, "t=", d, fact::stalled_jiffies);
  take_number(text, "q=", d, fact::callbacks);
}

// "{ 2 5}", "{ 0-.... P12 } 21 jiffies": CPUs; tasks stand with a P
void take_braces(Scanner rest, ReportBuilder& d) {
  std::string_view inside;
  if (!rest.skip_to("{") || !rest.until("}", inside)) return;
  for (auto words = trim(inside); !words.empty();) {
    const auto word = words.substr(0, words.find(' '));
    words = trim_left(words.substr(word.size()));
    unsigned cpu = 0;
    if (Scanner(word).dec(cpu)) add_cpu(d.report, fact::stalled_cpus, cpu);
  }
  std::uint64_t count = 0;
  rest.blanks();
  if (rest.dec(count) && rest.lit(" jiffies")) d.report.set_fact(fact::stalled_jiffies, std::to_string(count));
}

bool stall(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view flavour;
  if (!only_prefixes(before) || !rest.word(flavour) || rest.rest().find("stall") == std::string_view::npos)
    return false;
  if (rest.rest().find("Late IPI") != std::string_view::npos) return false;
  d.report.set_fact(fact::rcu_flavour, "rcu_" + std::string(flavour));
  Scanner one(rest);
  unsigned cpu = 0;
  if (one.skip_to("stall on CPU ") && one.dec(cpu)) add_cpu(d.report, fact::stalled_cpus, cpu);
  take_braces(rest, d);
  take_counts(rest.rest(), d);
  return true;
}

// v2.6.29 kernel/rcutree.c print_cpu_stall: "INFO: RCU detected CPU 1 stall (t=10000 jiffies)"; print_other_cpu_stall:
// "INFO: RCU detected CPU stalls: 1 2 (detected by 0, t=10002 jiffies)"
bool old_stall(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!only_prefixes(before)) return false;
  unsigned cpu = 0;
  Scanner s(rest);
  if (s.lit(" ") && s.dec(cpu) && s.lit(" stall ")) {
    add_cpu(d.report, fact::stalled_cpus, cpu);
  } else if (rest.lit(" stalls:")) {
    for (rest.blanks(); rest.dec(cpu); rest.blanks()) add_cpu(d.report, fact::stalled_cpus, cpu);
  } else {
    return false;
  }
  take_counts(rest.rest(), d);
  return true;
}

// "rcu: \t1-....: (717 ticks this GP) idle=60cc/1/0x4000000000000000 softirq=233/233 fqs=336"; to v4.18 without "rcu: ";
// v3.3 to v3.19 "\t1: (717 ticks this GP) idle=60c/140000000000001/0". The second number of idle= is how deep the CPU is
// in the kernel or in user space, the third how deep in interrupts: none of either is the idle loop.
bool stalled_cpu(std::string_view text, ReportBuilder& d) {
  Scanner s(trim(text));
  unsigned cpu = 0;
  if (s.lit("rcu:")) s.blanks();
  if (!s.dec(cpu)) return false;
  const auto colon = s.rest().find(':');
  if (colon > 6 || s.rest().find("GP") == std::string_view::npos) return false;
  add_cpu(d.report, fact::stalled_cpus, cpu);
  const auto rest = s.rest();
  if (rest.find(" ticks this GP)") != std::string_view::npos) take_number(rest, "(", d, fact::stalled_ticks);
  take_number(rest, "fqs=", d, fact::forced_scans);
  const auto idle = rest.substr(std::min(rest.find("idle="), rest.size()));
  if (idle.substr(0, idle.find(' ')).ends_with("/0/0x0") || idle.substr(0, idle.find(' ')).ends_with("/0/0"))
    add_cpu(d.report, fact::idle_cpus, cpu);
  return true;
}

bool jiffies(Scanner s, ReportBuilder& d) {
  take_counts(line_text(d), d);
  return keep_line(s, d);
}

// "rcu_sched kthread starved for 5252 jiffies! g12425 f0x0 RCU_GP_WAIT_FQS(5) ->state=0x402 ->cpu=0", and since v5.11
// "rcu_sched kthread timer wakeup didn't happen for 5252 jiffies! g12425 f0x0 RCU_GP_WAIT_FQS(5) ->state=0x402"
bool starved(std::string_view text, ReportBuilder& d) {
  for (const std::string_view words : {" kthread starved for ", " kthread timer wakeup didn't happen for "})
    take_number(text, words, d, fact::starved_jiffies);
  if (text.find("kthread starved") == std::string_view::npos) return false;
  take_number(text, "->cpu=", d, fact::starved_cpu);
  return true;
}

// Since v4.20 all lines of a stall begin so.
bool rcu_line(Scanner s, ReportBuilder& d) {
  const auto text = line_text(d);
  if (!starved(text, d) && !stalled_cpu(text, d) && s.rest().find("(detected by ") != std::string_view::npos)
    take_counts(text, d);
  return keep_line(s, d);
}
bool row(std::string_view text, ReportBuilder& d) { return stalled_cpu(text, d) && keep_line(Scanner(text), d); }
bool kthread(Scanner s, ReportBuilder& d) { return starved(line_text(d), d), keep_line(s, d); }

constexpr auto headers = std::to_array<Header>({{"INFO: rcu_", stall}, {"INFO: RCU detected CPU", old_stall}});

constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "(t=", jiffies},
    {SectionId::text, "(detected by ", jiffies},
    {SectionId::text, "Tasks blocked on level-", keep_line},
    {SectionId::text, "rcu: ", rcu_line},
    {SectionId::text, "blocking rcu_node structures", keep_line},
    {SectionId::text, "rcu_preempt kthread starved for ", kthread},
    {SectionId::text, "rcu_sched kthread starved for ", kthread},
    {SectionId::text, "rcu_bh kthread starved for ", kthread},
    {SectionId::text, "All QSes seen, ", keep_line},
    {SectionId::text, "Unless rcu_", keep_line},
    {SectionId::text, "RCU grace-period kthread stack dump:", keep_line},
    {SectionId::text, "Stack dump where RCU GP kthread last ran:", keep_line},
    {SectionId::text, "Task dump for CPU ", keep_line},
    {SectionId::backtrace, "task:", task_line},
});

// " (CPU 0, 5252 jiffies)"
std::string whom(const Report& r) {
  const std::string cpus(r.fact(fact::stalled_cpus)), count(r.fact(fact::stalled_jiffies));
  std::string text = cpus.empty() ? "" : (cpus.find(',') == std::string::npos ? "CPU " : "CPUs ") + cpus;
  if (!count.empty()) text += (text.empty() ? "" : ", ") + count + " jiffies";
  return text;
}

// Where the CPUs that RCU waits for only idled: "CPU 0".
std::string idlers(const Report& r) {
  const std::string idle(r.fact(fact::idle_cpus));
  if (idle.empty() || idle != r.fact(fact::stalled_cpus)) return {};
  return (idle.find(',') == std::string::npos ? "CPU " : "CPUs ") + idle;
}

constexpr auto gaps = std::to_array<Gap>({{"whom", whom}, {"idlers", idlers}, doing_gap});
constexpr auto wordings = std::to_array<Wording>({
    {"starved-jiffies", "",
     "RCU's own grace-period kthread did not run for {starved-jiffies} jiffies[ (on CPU {starved-cpu})]: it was "
     "starved "
     "of CPU time, and RCU waits[ ({whom})][; {idlers} idled][; the CPU that is shown was {doing}]"},
    {"idlers", "", "RCU waits[ ({whom})], but {idlers} idled: nothing ran there that holds RCU up"},
});

}  // namespace

extern constinit const Kind rcu_stall{
    .info = {"rcu-stall", "RCU stall", Severity::error, Trait::stall | Trait::repeats},
    .headers = headers,
    .sections = sections,
    .line = row,
    .title = "INFO: rcu detected stall",
    .sentence = "a CPU or task stays in the kernel for too long, and RCU waits for it[ ({whom})][; it was {doing}]",
    .wordings = wordings,
    .gaps = gaps,
    .culprit = {.from = Culprit::From::interrupted, .named = stall_names},
    .rules = rcu_stall_rules,
    .next_none = "whom RCU waits for left no trace in the log: sysrq-l shows all CPUs, sysrq-t all tasks",
    .goes_on = same_stall,
};

}  // namespace unoops::kinds
