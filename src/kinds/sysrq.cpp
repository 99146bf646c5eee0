// What the operator asked for: v6.1 drivers/tty/sysrq.c __handle_sysrq. "SysRq : Show State" to v4.10. Also fault
// injection's own trace (v6.1 lib/fault-inject.c fail_dump), which somebody asked for as well.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/mem_info.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// The actions that print something to read. What stops the machine or kills announces itself: a panic, the OOM killer.
constexpr auto dumps = std::to_array<std::string_view>(
    {"Show backtrace of all active CPUs", "Show Backtraces of all active CPUs", "Show Blocked State", "Show State",
     "Show Regs", "Show Memory", "Show Locks Held", "Show clockevent devices", "Show Pending Timers",
     "Show TLB entries", "Show Global", "Dump ftrace buffer", "Show CPU"});

bool action(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!trim(before).empty()) return false;
  const auto words = trim(rest.rest());
  if (std::ranges::none_of(dumps, [&](std::string_view dump) { return words.starts_with(dump); })) return false;
  d.report.set_fact(fact::action, words);
  return true;
}

// Where there is no NMI (v6.1 drivers/tty/sysrq.c showacpu):
// "sysrq: CPU1:"
// "sysrq: CPU0: backtrace skipped as idling"
bool cpu(Scanner rest, ReportBuilder& d) {
  int number = 0;
  if (!rest.dec(number) || !rest.lit(":")) return false;
  if (!rest.at_end()) return keep_line(rest, d);
  d.start_block(Block::Role::other, "CPU " + std::to_string(number));
  d.block_cpu = number;
  return true;
}

// "name failslab, interval 1, probability 0, space 0, times 0"
bool injection_name(Scanner rest, ReportBuilder& d) {
  fact_until(rest, ",", d, fact::name);
  return keep_line(rest, d);
}

constexpr auto headers = std::to_array<Header>({{"sysrq: ", action}, {"SysRq : ", action}});
constexpr auto sections = std::to_array<Section>({
    {SectionId::backtrace, "sysrq: CPU", cpu},
    {SectionId::backtrace, "task:", task_line},
    {SectionId::text, "Sched Debug Version: ", keep_line},
    {SectionId::text, "Showing busy workqueues and worker pools:", keep_line},
});

constexpr auto injection_headers = std::to_array<Header>({{"FAULT_INJECTION: forcing a failure", anywhere}});
constexpr auto injection_sections = std::to_array<Section>({{SectionId::text, "name ", injection_name}});

std::string title(const Report& report, std::string_view) { return "sysrq: " + std::string(report.fact(fact::action)); }

}  // namespace

extern constinit const Kind sysrq{
    .info = {"sysrq-dump", "dump that was asked for", Severity::notice, Trait::traceless},
    .headers = headers,
    .sections = sections,
    .shared = mem_info,
    .line = mem_info_row,
    .title_of = title,
    .sentence = "somebody asked for this dump[ (sysrq: {action})]; nothing need be wrong",
    .culprit = {.from = Culprit::From::none},
};

extern constinit const Kind fault_injection{
    .info = {"fault-injection", "failure that was injected", Severity::notice, Trait::runs_in_task},
    .headers = injection_headers,
    .sections = injection_sections,
    .title = "FAULT_INJECTION: forced failure",
    .sentence = "a failure was injected on purpose[ ({name})], to test what the caller does",
    .culprit = {.from = Culprit::From::trace},
};

}  // namespace unoops::kinds
