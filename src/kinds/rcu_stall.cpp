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
#include "kinds/rcu_lines.hpp"
#include "kinds/rcu_stall_rules.hpp"
#include "kinds/stalls.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

void add_number(Report& r, FactName name, std::uint64_t value) {
  const std::string before(r.fact(name)), number = std::to_string(value);
  if ((", " + before + ",").find(", " + number + ",") != std::string::npos) return;
  r.set_fact(name, (before.empty() ? "" : before + ", ") + number);
}
void add_cpu(Report& r, FactName name, unsigned cpu) { add_number(r, name, cpu); }

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
  take_number(text, "(detected by ", d, fact::detecting_cpu);
}

void take_tasks(std::string_view text, ReportBuilder& d) {
  for (const auto pid : blocking_tasks(text))
    add_number(d.report, fact::stalled_tasks, static_cast<std::uint64_t>(pid));
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
  take_tasks(" " + std::string(inside), d);
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

bool stalled_cpu(std::string_view text, ReportBuilder& d) {
  const auto row = read_stalled_cpu(text);
  if (!row) return false;
  auto& r = d.report;
  add_cpu(r, fact::stalled_cpus, row->cpu);
  if (row->ticks) r.set_fact(fact::stalled_ticks, std::to_string(*row->ticks));
  if (row->behind) r.set_fact(fact::gps_behind, std::to_string(*row->behind));
  if (!row->softirqs.empty() && r.fact(fact::stalled_softirqs).empty())  // of the first CPU
    r.set_fact(fact::stalled_softirqs, row->softirqs);
  take_number(text, "fqs=", d, fact::forced_scans);
  if (row->idle) add_cpu(r, fact::idle_cpus, row->cpu);
  return true;
}

// "\tTasks blocked on level-0 rcu_node (CPUs 0-7): P4567/1:b..l"
bool blocked_tasks(Scanner s, ReportBuilder& d) {
  take_tasks(s.rest(), d);
  return keep_line(s, d);
}

// "0000000012345678: .N nvcsw: 3/3 holdout: 1 idle_cpu: -1/2": v6.1 kernel/rcu/tasks.h check_holdout_task; the task's
// trace follows
bool is_holdout(std::string_view text) {
  Scanner s(trim(text));
  std::string_view pointer;
  return s.run(is_hex, pointer) && s.lit(": ") && s.rest().find(" nvcsw: ") != std::string_view::npos;
}

bool jiffies(Scanner s, ReportBuilder& d) {
  take_counts(line_text(d), d);
  return keep_line(s, d);
}

// "rcu_sched kthread starved for 5252 jiffies! g12425 f0x0 RCU_GP_WAIT_FQS(5) ->state=0x402 ->cpu=0", and since v5.11
// "rcu_sched kthread timer wakeup didn't happen for 5252 jiffies! g12425 f0x0 RCU_GP_WAIT_FQS(5) ->state=0x402"
bool starved(std::string_view text, ReportBuilder& d) {
  for (const std::string_view words : {" kthread starved for ", " kthread timer wakeup didn't happen for "})
    if (d.report.fact(fact::starved_jiffies).empty()) take_number(text, words, d, fact::starved_jiffies);
  take_number(text, "Possible timer handling issue on cpu=", d, fact::timer_cpu);
  if (text.find("kthread starved") == std::string_view::npos) return false;
  take_number(text, "->cpu=", d, fact::starved_cpu);
  const auto state = text.find("RCU_GP_");
  if (state != std::string_view::npos) {
    std::string_view name, ignored;
    std::string_view value;
    Scanner s(text.substr(state));
    if (s.until("(", name) && s.until("->state=", ignored) && s.word(value))
      d.report.set_fact(fact::gp_state, std::string(name) + " " + std::string(value));
  }
  return true;
}

// Since v4.20 all lines of a stall begin so.
bool rcu_line(Scanner s, ReportBuilder& d) {
  const auto text = line_text(d);
  if (!starved(text, d) && !stalled_cpu(text, d) && s.rest().find("(detected by ") != std::string_view::npos)
    take_counts(text, d);
  if (text.find("Tasks blocked on level-") != std::string_view::npos) take_tasks(text, d);
  return keep_line(s, d);
}
bool row(std::string_view text, ReportBuilder& d) {
  return (stalled_cpu(text, d) || is_holdout(text)) && keep_line(Scanner(text), d);
}
bool kthread(Scanner s, ReportBuilder& d) { return starved(line_text(d), d), keep_line(s, d); }

constexpr auto headers = std::to_array<Header>({{"INFO: rcu_", stall}, {"INFO: RCU detected CPU", old_stall}});

constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "(t=", jiffies},
    {SectionId::text, "(detected by ", jiffies},
    {SectionId::text, "Tasks blocked on level-", blocked_tasks},
    {SectionId::text, "rcu: ", rcu_line},
    {SectionId::text, "blocking rcu_node structures", keep_line},
    {SectionId::text, "rcu_preempt kthread starved for ", kthread},
    {SectionId::text, "rcu_sched kthread starved for ", kthread},
    {SectionId::text, "rcu_bh kthread starved for ", kthread},
    {SectionId::text, "rcu_preempt kthread timer wakeup ", kthread},
    {SectionId::text, "rcu_sched kthread timer wakeup ", kthread},
    {SectionId::text, "All QSes seen, ", keep_line},
    {SectionId::text, "Unless rcu_", keep_line},
    {SectionId::text, "Possible timer handling issue on cpu=", kthread},
    {SectionId::text, "RCU grace-period kthread stack dump:", keep_line},
    {SectionId::text, "RCU GP kthread last ran on offline CPU", keep_line},
    {SectionId::text, "Offline CPU ", keep_line},
    {SectionId::text, "INFO: Stall ended before state dump start", keep_line},
    {SectionId::text, "Stack dump where RCU GP kthread last ran:", keep_line},
    {SectionId::text, "Task dump for CPU ", keep_line},
    {SectionId::backtrace, "task:", task_line},
});

// "CPU 0, 5252 jiffies = 21 s at HZ=250"
std::string whom(const Report& r) {
  const std::string cpus(r.fact(fact::stalled_cpus)), count(r.fact(fact::stalled_jiffies));
  std::string text = cpus.empty() ? "" : (cpus.find(',') == std::string::npos ? "CPU " : "CPUs ") + cpus;
  if (!count.empty()) text += (text.empty() ? "" : ", ") + jiffies_words(count, r);
  return text;
}

// Where the CPUs that RCU waits for only idled: "CPU 0".
std::string idlers(const Report& r) {
  const std::string idle(r.fact(fact::idle_cpus));
  if (idle.empty() || idle != r.fact(fact::stalled_cpus)) return {};
  return (idle.find(',') == std::string::npos ? "CPU " : "CPUs ") + idle;
}

std::string starved_for(const Report& r) {
  const auto count = r.fact(fact::starved_jiffies);
  return count.empty() ? std::string() : jiffies_words(count, r);
}

std::string asleep_for(const Report& r) { return waits_for_timer(r) ? starved_for(r) : std::string(); }

// Where RCU waits for tasks alone: "pid 4567"; they were preempted, or sleep, within rcu_read_lock().
std::string readers(const Report& r) {
  const std::string tasks(r.fact(fact::stalled_tasks));
  if (tasks.empty() || !r.fact(fact::stalled_cpus).empty()) return {};
  return (tasks.find(',') == std::string::npos ? "a task (pid " : "tasks (pids ") + tasks + ")";
}

constexpr auto gaps = std::to_array<Gap>({{"whom", whom},
                                          {"idlers", idlers},
                                          {"starved-for", starved_for},
                                          {"asleep-for", asleep_for},
                                          {"readers", readers},
                                          doing_gap});
constexpr auto wordings = std::to_array<Wording>({
    {"asleep-for", "",
     "RCU's own grace-period kthread did not run for {asleep-for}: it sleeps, and the timer that should wake it did "
     "not "
     "fire[ (on CPU {starved-cpu})]; RCU waits[ ({whom})] for that, not for a reader[; {idlers} idled][; the CPU that "
     "is "
     "shown was {doing}]"},
    {"starved-for", "",
     "RCU's own grace-period kthread did not run for {starved-for}[ (on CPU {starved-cpu})]: it was starved of CPU "
     "time, and RCU waits[ ({whom})] for that, not for a reader[; {idlers} idled][; the CPU that is shown was "
     "{doing}]"},
    {"idlers", "", "RCU waits[ ({whom})], but {idlers} idled: nothing ran there that holds RCU up"},
    {"rcu-flavour", "rcu_tasks",
     "RCU-tasks, on which tracing and BPF wait, waits for tasks that do not sleep of their own accord nor return to "
     "user "
     "space"},
    {"readers", "",
     "{readers} entered rcu_read_lock() and was then preempted or put to sleep, and RCU waits for the end of it[ "
     "({whom})]"},
});

}  // namespace

extern constinit const Kind rcu_stall{
    .info = {"rcu-stall", "RCU stall", Severity::error, Trait::stall | Trait::repeats | Trait::waits},
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
