// RCU stalls: v6.1 kernel/rcu/tree_stall.h, tree_exp.h, tasks.h.
//   "rcu: INFO: rcu_preempt self-detected stall on CPU"                                         to v4.19 no "rcu: "
//   "INFO: rcu_sched detected stalls on CPUs/tasks: { 2 5} (detected by 0, t=21002 jiffies, g=1, c=0, q=0)"  to v3.x
//   "INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 0-.... } 21 jiffies s: 173 root: 0x1/."
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/stalls.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

bool stall(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view flavour;
  if (!only_prefixes(before) || !rest.word(flavour) || rest.rest().find("stall") == std::string_view::npos)
    return false;
  if (rest.rest().find("Late IPI") != std::string_view::npos) return false;
  d.report.set_fact(fact::rcu_flavour, "rcu_" + std::string(flavour));
  return true;
}

// "rcu: \t1-....: (717 ticks this GP) idle=60cc/1/0x4000000000000000 softirq=233/233 fqs=336"; to v4.18 without "rcu: "
bool stalled_cpu(std::string_view text, ReportBuilder& d) {
  Scanner s(trim(text));
  unsigned cpu = 0;
  if (s.lit("rcu:")) s.blanks();
  if (!s.dec(cpu) || !s.lit("-") || s.rest().substr(0, 6).find(':') == std::string_view::npos) return false;
  const auto before = std::string(d.report.fact(fact::stalled_cpus));
  d.report.set_fact(fact::stalled_cpus, (before.empty() ? "" : before + ", ") + std::to_string(cpu));
  return true;
}
bool rcu_line(Scanner s, ReportBuilder& d) { return stalled_cpu(line_text(d), d), keep_line(s, d); }
bool row(std::string_view text, ReportBuilder& d) { return stalled_cpu(text, d) && keep_line(Scanner(text), d); }

// "\t(t=750 jiffies g=-731 q=5 ncpus=2)", "\t(detected by 0, t=755 jiffies, g=-635, q=2 ncpus=2)"
bool jiffies(Scanner s, ReportBuilder& d) {
  Scanner t(line_text(d));
  std::uint64_t count = 0;
  if (t.skip_to("t=") && t.dec(count)) d.report.set_fact(fact::stalled_jiffies, std::to_string(count));
  return keep_line(s, d);
}

constexpr auto headers = std::to_array<Header>({{"INFO: rcu_", stall}});

constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "(t=", jiffies},
    {SectionId::text, "(detected by ", jiffies},
    {SectionId::text, "Tasks blocked on level-", keep_line},
    {SectionId::text, "rcu: ", rcu_line},
    {SectionId::text, "blocking rcu_node structures", keep_line},
    {SectionId::text, "rcu_preempt kthread starved for ", keep_line},
    {SectionId::text, "rcu_sched kthread starved for ", keep_line},
    {SectionId::text, "All QSes seen, ", keep_line},
    {SectionId::text, "Unless rcu_", keep_line},
    {SectionId::text, "RCU grace-period kthread stack dump:", keep_line},
    {SectionId::text, "Stack dump where RCU GP kthread last ran:", keep_line},
    {SectionId::text, "Task dump for CPU ", keep_line},
    {SectionId::backtrace, "task:", task_line},
});

}  // namespace

extern constinit const Kind rcu_stall{
    .info = {"rcu-stall", "RCU stall", Severity::error, Trait::stall | Trait::repeats},
    .headers = headers,
    .sections = sections,
    .line = row,
    .title = "INFO: rcu detected stall",
    .sentence =
        "a CPU or task stays in the kernel for too long, and RCU waits for it[ (CPU {stalled-cpus}, {stalled-jiffies} "
        "jiffies)][; it was in {culprit}]",
    .culprit = {.from = Culprit::From::interrupted, .named = stall_names},
    .rules = stall_rules,
    .goes_on = same_stall,
};

}  // namespace unoops::kinds
