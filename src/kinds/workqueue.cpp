// Workqueues: v6.1 kernel/workqueue.c wq_watchdog_timer_fn, process_one_work.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/symbol_ref.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 32s!"
bool lockup(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!only_prefixes(before)) return false;
  std::string_view pool;
  int seconds = 0;
  if (rest.until(" stuck for ", pool) && rest.dec(seconds)) {
    d.report.set_fact(fact::pool, trim(pool));
    d.report.set_fact(fact::stuck_seconds, std::to_string(seconds));
  }
  return true;
}

// "BUG: workqueue leaked lock or atomic: kworker/0:0/0x00000000/4"
// "     last function: addrconf_dad_work"
// "BUG: workqueue leaked atomic, lock or RCU: kworker/0:0[4]"              v6.9
// "     preempt=0x00000000 lock=0->1 RCU=0->0 workfn=foo"
bool leak(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view what;
  if (!only_prefixes(before) || !rest.until(": ", what)) return false;
  d.report.set_fact(fact::leaked, what);
  return true;
}

bool function_of(Scanner rest, ReportBuilder& d) {
  std::string_view name;
  if (!rest.blanks().symbol(name)) return false;
  d.report.set_fact(fact::work_function, name);
  d.add_single("last function", frame_of(named_function(name)), Occurrence::headline);
  return true;
}
bool state_of(Scanner rest, ReportBuilder& d) { return rest.skip_to("workfn=") && function_of(rest, d); }

// "    in-flight: 412:demo_work [demo], 9:other_work BAR(17)", "    in-flight: 412 (RESCUER):demo_work"
bool in_flight(Scanner rest, ReportBuilder& d) {
  Scanner s = rest;
  if (d.report.fact(fact::in_flight).empty()) d.report.set_fact(fact::in_flight, trim(s.rest()));
  return keep_line(rest, d);
}

constexpr auto lockup_headers = std::to_array<Header>({{"BUG: workqueue lockup - pool", lockup}});
constexpr auto leak_headers = std::to_array<Header>({{"BUG: workqueue leaked ", leak}});

constexpr auto lockup_sections = std::to_array<Section>({
    {SectionId::text, "Showing busy workqueues and worker pools:", keep_line},
    {SectionId::text, "Showing backtraces of running workers", keep_line},
    {SectionId::text, "workqueue ", keep_line},
    {SectionId::text, "pwq ", keep_line},
    {SectionId::text, "pool ", keep_line},
    {SectionId::text, "in-flight: ", in_flight},
    {SectionId::text, "pending: ", keep_line},
    {SectionId::text, "delayed: ", keep_line},
    {SectionId::text, "inactive: ", keep_line},
    {SectionId::backtrace, "task:", task_line},
});
constexpr auto leak_sections = std::to_array<Section>({
    {SectionId::text, "last function: ", function_of},
    {SectionId::text, "preempt=", state_of},
});

std::string leak_title(const Report& r, std::string_view culprit) {
  const auto function = r.fact(fact::work_function);
  return "BUG: workqueue leaked " + std::string(r.fact(fact::leaked)) + " in " +
         std::string(function.empty() ? culprit : function);
}

// v6.1 kernel/workqueue.c process_one_work
constexpr auto workqueue_leak_wordings = std::to_array<Wording>({
    {"leaked", "lock", "the work item {work-function|of this worker} ended with a lock held or with preemption off"},
});

// Where the worker stands, if its trace is shown (since v6.2, kernel/workqueue.c show_cpu_pool_hog).
const Frame* worker_at(const Report& r, std::string_view pid) {
  int number = 0;
  if (!Scanner(pid).dec(number)) return nullptr;
  const auto at = std::ranges::find_if(r.stacks, [&](const Stack& s) { return s.pid == number && !s.frames.empty(); });
  static constexpr RoleSet noise = FrameRole::wait | FrameRole::lock | FrameRole::interrupt | FrameRole::exception |
                                   FrameRole::stall | FrameRole::report | FrameRole::atomic | FrameRole::thread;
  return at == r.stacks.end() ? nullptr : first_frame(*at, noise);
}

// "cpus=1 node=0 flags=0x0 nice=0": "1"
std::string pool_cpus(const Report& r) {
  const auto pool = r.fact(fact::pool);
  if (!pool.starts_with("cpus=")) return {};
  return std::string(pool.substr(5, pool.find(' ') - std::min<std::size_t>(5, pool.find(' '))));
}
constexpr auto lockup_gaps = std::to_array<Gap>({{"pool-cpus", pool_cpus}});

// "in-flight: 412:demo_work [demo]": what runs in the pool that is stuck
void in_flight(const Report& r, Explanation& e, std::string_view id) {
  auto item = r.fact(fact::in_flight);
  if (item.empty()) return;
  item = item.substr(0, item.find(", "));
  const auto colon = item.find(':');
  if (colon == std::string_view::npos) return;
  const auto work = std::string(item.substr(colon + 1));
  const auto* at = worker_at(r, item);
  add_certain(e, id,
              "in flight is " + work + ", run by task " + std::string(item.substr(0, colon)) +
                  (at ? ", which is in " + place_of(*at) : ""),
              at ? "the line \"in-flight\" and the worker's trace" : "the line \"in-flight\"");
  if (at) return add_step(e, "look why " + source_name(at->ref.symbol) + " does not end");
  add_step(e,
           "look at what " + work.substr(0, work.find(' ')) + " does or waits for: sysrq-w and sysrq-l show its stack");
}

constexpr auto lockup_rules = std::to_array<Rule>({{"in-flight", in_flight}});

}  // namespace

extern constinit const Kind workqueue_lockup{
    .info = {"workqueue-lockup", "workqueue lockup", Severity::error, Trait::repeats},
    .headers = lockup_headers,
    .sections = lockup_sections,
    .title = "BUG: workqueue lockup",
    .sentence =
        "a worker pool[ of CPU {pool-cpus}] has made no progress for {stuck-seconds|many} s: a work item runs too long "
        "without a break, or something keeps the CPU from its workers",
    .gaps = lockup_gaps,
    .culprit = {.from = Culprit::From::none},
    .rules = lockup_rules,
    .next_none = "which work keeps the workers is not in the log: sysrq-t after it shows them",
    .goes_on = same_stall,
};

extern constinit const Kind workqueue_leak{
    .info = {"workqueue-leak", "work item left a lock held or preemption off", Severity::error, Trait::traceless},
    .headers = leak_headers,
    .sections = leak_sections,
    .title_of = leak_title,
    .sentence = "a work item[ ({work-function})] ended with {leaked|a lock held or preemption off}",
    .wordings = workqueue_leak_wordings,
    .culprit = {.from = Culprit::From::headline},
    .next =
        "on every path through {work-function|the work item}, let go of what it took: the lock, or preempt_disable()",
};

}  // namespace unoops::kinds
