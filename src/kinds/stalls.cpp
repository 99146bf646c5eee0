// Soft lockups (kernel/watchdog.c), RCU stalls (kernel/rcu/tree_stall.h), hung tasks (kernel/hung_task.c); v6.1.
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"

namespace unoops {
namespace {

// "BUG: soft lockup - CPU#1 stuck for 26s! [trig:115]"
bool soft(std::string_view before, Scanner rest, Draft& d) {
  int cpu = 0, seconds = 0;
  std::string_view comm;
  if (!only_prefixes(before) || !rest.dec(cpu) || !rest.lit(" stuck for ") || !rest.dec(seconds)) return false;
  d.report.cpu = cpu;
  d.report.set_fact("stuck-seconds", std::to_string(seconds));
  std::int64_t pid = 0;
  if (rest.skip_to("[") && rest.until_last(":", comm) && rest.dec(pid)) {
    d.report.comm = comm;
    d.report.pid = pid;
  }
  return true;
}

// "INFO: task kworker/0:1:17 blocked for more than 120 seconds."; the comm may hold anything
bool hung(std::string_view before, Scanner rest, Draft& d) {
  std::string_view who, comm;
  std::int64_t pid = 0;
  int seconds = 0;
  if (!only_prefixes(before) || !rest.until(" blocked ", who)) return false;
  std::string_view how;
  if (!rest.until("for more than ", how) || !rest.dec(seconds)) return false;
  Scanner s(who);
  if (!s.until_last(":", comm) || !s.dec(pid)) return false;
  d.report.comm = comm;
  d.report.pid = pid;
  d.report.set_fact("blocked-seconds", std::to_string(seconds));
  if (!trim(how).empty()) d.report.set_fact("blocked-how", trim(how));
  return true;
}

bool rcu(std::string_view before, Scanner rest, Draft& d) {
  if (!only_prefixes(before)) return false;
  std::string_view flavour;
  if (!rest.word(flavour)) return false;
  if (rest.rest().find("stall") == std::string_view::npos) return false;
  d.report.set_fact("rcu-flavour", flavour);
  return true;
}

// "task:trig            state:D stack:0     pid:115   ppid:114    flags:0x00000002"
bool task_block(Scanner rest, Draft& d) {
  std::string_view comm;
  std::int64_t pid = 0;
  if (!rest.until(" state:", comm)) return false;
  comm = trim(comm);
  if (!rest.skip_to(" pid:") || !rest.dec(pid)) return false;
  if (d.report.kind && d.report.pid == pid && !d.block.trace) return true;   // the report's own task
  d.start_block(Block::Role::other, "task " + std::string(comm) + ":" + std::to_string(pid));
  d.block_pid = static_cast<int>(pid);
  d.block_comm = comm;
  return true;
}

// "      Tainted: G           OE      6.1.0-56-amd64 #1 Debian 6.1.192-2"
bool message(Scanner, Draft& d) {
  d.add_message(trim(d.line->text));
  return true;
}

constexpr auto soft_headers = std::to_array<Header>({{"BUG: soft lockup - CPU#", soft}});
constexpr auto hung_headers = std::to_array<Header>({{"INFO: task ", hung}});
constexpr auto rcu_headers = std::to_array<Header>({{"INFO: rcu_", rcu}});

constexpr auto hung_sections = std::to_array<Section>({
    {SectionId::text, "\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\""},
    {SectionId::backtrace, "task:", task_block},
});
constexpr auto rcu_sections = std::to_array<Section>({
    {SectionId::text, "(t=", message},
    {SectionId::text, "(detected by ", message},
    {SectionId::text, "Tasks blocked on level-", message},
    {SectionId::text, "rcu: ", message},
    {SectionId::text, "blocking rcu_node structures", message},
    {SectionId::backtrace, "task:", task_block},
});

}  // namespace

extern constinit const Kind soft_lockup;
constinit const Kind soft_lockup{
    .info = {"soft-lockup", "soft lockup", Severity::error},
    .headers = soft_headers,
    .title = "BUG: soft lockup",
    .culprit = {.from = Culprit::From::interrupted},
};

extern constinit const Kind hung_task;
constinit const Kind hung_task{
    .info = {"hung-task", "task hung", Severity::error},
    .headers = hung_headers,
    .sections = hung_sections,
    .title = "INFO: task hung",
    .culprit = {.from = Culprit::From::trace},
};

extern constinit const Kind rcu_stall;
constinit const Kind rcu_stall{
    .info = {"rcu-stall", "RCU stall", Severity::error},
    .headers = rcu_headers,
    .sections = rcu_sections,
    .title = "INFO: rcu detected stall",
    .culprit = {.from = Culprit::From::interrupted},
};

}  // namespace unoops
