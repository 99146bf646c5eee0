// Tasks that sleep for too long: v6.1 kernel/hung_task.c; "in I/O wait", blockers and coredumps since v6.14.
//   "INFO: task kworker/0:1:17 blocked for more than 120 seconds."; the comm may hold anything
//   "INFO: task trig:115 blocked in I/O wait for more than 120 seconds."
//   "INFO: task trig:115 can't die for more than 143 seconds."
#include <array>

#include "base/text.hpp"
#include "facts/taint.hpp"
#include "grammar/cpu_line.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/hung_task_rules.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

bool hung(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view who, how, comm;
  std::int64_t pid = 0;
  int seconds = 0;
  if (!only_prefixes(before) || !rest.until_last("for more than ", who) || !rest.dec(seconds)) return false;
  who = trim(who);
  for (const std::string_view verb : {"blocked in I/O wait", "blocked", "can't die"}) {
    if (!who.ends_with(verb)) continue;
    how = verb;
    who = trim(who.substr(0, who.size() - verb.size()));
    break;
  }
  Scanner s(who);
  if (how.empty() || !s.until_last(":", comm) || !s.dec(pid) || !s.at_end()) return false;
  d.report.comm = comm;
  d.report.pid = pid;
  d.report.set_fact(fact::blocked_seconds, std::to_string(seconds));
  d.report.set_fact(fact::blocked_how, how);
  return true;
}

// "      Tainted: G           OE      6.1.0-56-amd64 #1 Debian 6.1.192-2"
bool kernel(Scanner, ReportBuilder& d) {
  CpuLine line;
  if (!read_taint_and_release(trim(d.line->text), line)) return false;
  if (d.report.taint.raw.empty()) d.report.taint = read_taint(line.taint);
  if (d.report.kernel.release.empty()) {
    d.report.kernel.release = line.release;
    d.report.kernel.version = line.version;
    d.report.kernel.build_id = line.build_id;
  }
  return true;
}

// "INFO: task trig:115 is blocked on a mutex likely owned by task holder:12."      v6.15; semaphores and rwsems later
bool blocker(Scanner rest, ReportBuilder& d) {
  std::string_view ignored;
  if (!rest.until(" blocked on a", ignored)) return false;
  if (rest.skip_to(" by task ")) {
    auto holder = rest.rest();
    if (const auto role = holder.find(" <"); role != std::string_view::npos) holder = holder.substr(0, role);
    if (holder.ends_with('.')) holder.remove_suffix(1);
    d.report.set_fact(fact::blocker, trim(holder));
  }
  return keep_line(rest, d);
}

constexpr auto headers = std::to_array<Header>({{"INFO: task ", hung}});
constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\""},
    {SectionId::text, "Not tainted ", kernel},
    {SectionId::text, "Tainted: ", kernel},
    {SectionId::text, "Blocked by coredump.", keep_line},
    {SectionId::text, "INFO: task ", blocker},
    {SectionId::text, "Future hung task reports are suppressed", keep_line},
    {SectionId::backtrace, "task:", task_line},
});

std::string title(const Report& r, std::string_view culprit) {
  return std::string(r.fact(fact::blocked_how) == "can't die" ? "INFO: task can't die in " : "INFO: task hung in ") +
         std::string(culprit);
}

// A few locks and grace periods hold up the whole machine: a hang on one of them is named by it, whoever waits.
constexpr auto waits = std::to_array<CulpritName>({
    {"rtnl_lock", ""},
    {"synchronize_rcu", "synchronize_rcu"},
    {"synchronize_srcu", "synchronize_rcu"},
    {"synchronize_net", "synchronize_rcu"},
    {"synchronize_sched", "synchronize_rcu"},
});
// Ways to wait, by the words in their names.
constexpr std::string_view ways =
    "sched _lock _slowlock down rwsem completion kthread wait synchronize context_switch __switch_to "
    "cancel_delayed_work rcu_barrier";

constexpr auto gaps = std::to_array<Gap>({{"lock-waiters", lock_waiters}});
constexpr auto wordings = std::to_array<Wording>({
    {"lock-waiters", "",
     "{lock-waiters}, uninterruptibly; {task|a task}, which was reported with them, has waited[ in {culprit}] for more "
     "than {blocked-seconds|many} s"},
});

}  // namespace

extern constinit const Kind hung_task{
    .info = {"hung-task", "task hung", Severity::error, Trait::repeats | Trait::runs_in_task | Trait::waits},
    .headers = headers,
    .sections = sections,
    .title_of = title,
    .sentence =
        "{task|a task} has waited[ in {culprit}] for more than {blocked-seconds|many} s and can't be interrupted",
    .wordings = wordings,
    .gaps = gaps,
    .culprit = {.from = Culprit::From::trace, .skip = Culprit::usual | FrameRole::wait, .words = ways, .named = waits},
    .rules = hung_task_rules,
    // Where the holder of the lock is named.
    .next = "see why the task that holds it does not let go: its trace (sysrq-w, sysrq-t) shows where it waits itself",
    .goes_on = same_pass,
};

}  // namespace unoops::kinds
