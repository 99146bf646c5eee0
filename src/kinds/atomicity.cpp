// Sleeping where that is forbidden: v6.1 kernel/sched/core.c __schedule_bug, __might_resched, __cant_sleep,
// __cant_migrate; lib/smp_processor_id.c.
#include <array>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "facts/leaving.hpp"
#include "grammar/words.hpp"
#include "kinds/death.hpp"
#include "kinds/headers.hpp"
#include "kinds/held_locks.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/sleepers.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

// ": trig/115/0x00000002", to 2.6.22 ": trig/0x00000002/115"; the comm may hold anything
void task_and_count(std::string_view text, ReportBuilder& d) {
  std::string_view front, comm, count;
  Scanner s(trim(text));
  s.lit(": ");
  if (!s.until_last("/0x", front)) return;
  count = s.rest();
  Scanner task(front);
  std::int64_t pid = 0;
  if (Scanner old = s; old.until("/", count) && old.dec(pid)) {
    comm = front;
  } else {
    count = s.rest();
    if (!task.until_last("/", comm) || !task.dec(pid)) return;
  }
  d.report.comm = comm;
  d.report.pid = pid;
  d.report.set_fact(fact::preempt_count, count);
}

// "BUG: scheduling while atomic: trig/115/0x00000002"
bool scheduling(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!only_prefixes(before)) return false;
  task_and_count(rest.rest(), d);
  return true;
}

// "BUG: sleeping function called from invalid context at mm/slab.h:446"
bool sleeping(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!only_prefixes(before)) return false;
  if (rest.lit(" at ")) d.report.set_fact(fact::place, trim(rest.rest()));
  return true;
}

// "BUG: using smp_processor_id() in preemptible [00000000] code: trig/115"
bool preemptible(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view function, comm;
  std::int64_t pid = 0;
  if (!only_prefixes(before) || !rest.until(" in preemptible", function)) return false;
  d.report.set_fact(fact::function, trim(function));
  if (rest.skip_to("code: ") && rest.until_last("/", comm) && rest.dec(pid)) {
    d.report.comm = comm;
    d.report.pid = pid;
  }
  return true;
}

// "in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 115, name: trig"
bool context(Scanner rest, ReportBuilder& d) {
  std::int64_t pid = 0;
  if (rest.skip_to("pid: ") && rest.dec(pid) && rest.lit(", name: ")) {
    d.report.pid = pid;
    d.report.comm = trim(rest.rest());
  }
  return keep_line(rest, d);
}

// "caller is foo+0x12/0x34": what __builtin_return_address(0) says
bool caller(Scanner rest, ReportBuilder& d) { return take_ref(rest, d, "caller is"); }

constexpr auto scheduling_headers = std::to_array<Header>({
    {"BUG: scheduling while atomic", scheduling},
    {"BUG: scheduling in a non-blocking section", scheduling},
    {"scheduling while atomic: ", scheduling},  // to 2.6.15
});
constexpr auto sleeping_headers =
    std::to_array<Header>({{"BUG: sleeping function called from invalid context", sleeping},
                           {"Debug: sleeping function called from invalid context", sleeping}});  // to 2.6.17
constexpr auto assuming_headers = std::to_array<Header>({
    {"BUG: assuming atomic context", sleeping},
    {"BUG: assuming non migratable context", sleeping},
});
constexpr auto preemptible_headers = std::to_array<Header>({{"BUG: using ", preemptible}});

constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "in_atomic(): ", context},
    {SectionId::text, "preempt_count: ", keep_line},
    {SectionId::text, "RCU nest depth: ", keep_line},
    {SectionId::text, "caller is ", caller},
});

std::string assuming_title(const Report& r, std::string_view culprit) {
  const auto words = std::string_view(r.headline).substr(0, r.headline.find(" at "));
  return std::string(words) + " in " + std::string(culprit);
}
std::string preemptible_title(const Report& r, std::string_view culprit) {
  return "BUG: using " + std::string(r.fact(fact::function)) + " in preemptible code in " + std::string(culprit);
}

constexpr std::string_view preempt_words = "preempt debug_ processor_id this_cpu";

std::optional<unsigned long> hex_behind(const Report& r, std::string_view words) {
  for (const auto& message : r.messages) {
    const auto at = message.find(words);
    unsigned long value = 0;
    const auto digits = std::string_view(message).substr(at == std::string::npos ? message.size() : at + words.size());
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value, 16).ec == std::errc()) return value;
  }
  return std::nullopt;
}

// What forbade to sleep, by the preempt count and by the lines and locks that the kernel adds.
void tell_context(const Report& r, Explanation& e, std::string_view id, unsigned long count) {
  if (count > 0xffffff) return;
  auto text = context_words(count);
  const auto say = [&](std::string_view words) { text += (text.empty() ? "" : ", ") + std::string(words); };
  if (hex_behind(r, "irqs_disabled(): ") == 1u) say("with interrupts off");
  if (hex_behind(r, "RCU nest depth: ").value_or(0) > 0) say("inside rcu_read_lock()");
  if (!text.empty()) add_certain(e, id, "it ran " + text, "the counts that the kernel prints");
  for (const auto& lock : held_locks(r))
    if (lock.spins && lock.pid == r.pid)
      add_certain(e, id, "it holds the spinlock " + lock.name + ", taken in " + taken_in(lock),
                  "the kernel's list of held locks");
}

// A task that dies of an oops takes the counts of the locks that it held into do_exit(), which may sleep: to v5.16, before
// make_task_dead() set them right (kernel/exit.c).
bool dies_of_oops(const Report& r, Explanation& e, std::string_view id) {
  const auto* trace = own_trace(r);
  if (!r.follows || !trace || departure_of(*trace).how != Leaving::exits) return false;
  const auto number = "report " + std::to_string(*r.follows);
  add_likely(e, id,
             "the task is dying of " + number + ", and takes into its exit what it held there: no bug of its own",
             "do_exit() on the trace, after " + number);
  add_step(e, "look at " + number + ": this is its consequence");
  return true;
}

// schedule() itself adds one to what "scheduling while atomic" prints (v6.1 kernel/sched/core.c
// in_atomic_preempt_off).
void schedules(const Report& r, Explanation& e, std::string_view id) {
  unsigned long count = 0;
  const auto digits = r.fact(fact::preempt_count);
  if (std::from_chars(digits.data(), digits.data() + digits.size(), count, 16).ec != std::errc()) return;
  if (count == 0)
    return add_likely(e, id, "preempt count 0 here means that one preempt_enable() or spin_unlock() was too many",
                      "the preempt count that the kernel prints");
  dies_of_oops(r, e, id);
  tell_context(r, e, id, (count & 0xff) > 0 ? count - 1 : count);
}

// "preempt_count: 1, expected: 0" (v6.1 kernel/sched/core.c __might_resched)
void might_sleep(const Report& r, Explanation& e, std::string_view id) {
  dies_of_oops(r, e, id);
  tell_context(r, e, id, hex_behind(r, "preempt_count: ").value_or(0));
}

constexpr auto scheduling_rules = std::to_array<Rule>({{"atomic-context", schedules}, {"not-to-sleep", not_to_sleep}});
constexpr auto sleeping_rules = std::to_array<Rule>({{"atomic-context", might_sleep}, {"not-to-sleep", not_to_sleep}});

// v6.1 kernel/sched/core.c __cant_migrate
constexpr auto assuming_wordings = std::to_array<Wording>({
    {"headline", "non migratable", "{culprit|a function} must stay on its CPU, but was called where it can be moved",
     "call {culprit} between migrate_disable() and migrate_enable(), or with preemption off"},
});
constexpr auto assuming_gaps = std::to_array<Gap>({{"headline", [](const Report& r) { return r.headline; }}});

}  // namespace

extern constinit const Kind scheduling_while_atomic{
    .info = {"scheduling-while-atomic", "scheduling while atomic", Severity::error},
    .headers = scheduling_headers,
    .sections = sections,
    .title = "BUG: scheduling while atomic",
    .sentence =
        "the task tried to sleep[ in {culprit}] where it must not: it held a spinlock, or interrupts or preemption "
        "were off",
    .culprit = {.from = Culprit::From::trace, .skip = Culprit::usual | FrameRole::wait, .words = "schedule"},
    .rules = scheduling_rules,
    .next = "look in {culprit|the trace} for what sleeps: it must do without, or run where no lock is held",
    .goes_on = same_imbalance,
};

extern constinit const Kind sleeping_in_atomic{
    .info = {"sleeping-in-atomic", "sleeping function called from invalid context", Severity::error,
             Trait::runs_in_task},
    .headers = sleeping_headers,
    .sections = sections,
    .title = "BUG: sleeping function called from invalid context",
    .sentence =
        "{culprit|a function} may sleep, but was called where that is forbidden: under a spinlock, or with interrupts "
        "or preemption off",
    .culprit = {.from = Culprit::From::trace},
    .rules = sleeping_rules,
    .next = "look in {culprit|the trace} for what sleeps: it must do without, or run where no lock is held",
    .goes_on = same_place,
};

extern constinit const Kind not_atomic{
    .info = {"not-atomic", "preemption is on where it must be off", Severity::error, Trait::runs_in_task},
    .headers = assuming_headers,
    .sections = sections,
    .title_of = assuming_title,
    .sentence = "{culprit|a function} needs preemption to be off, but was called with preemption on",
    .wordings = assuming_wordings,
    .gaps = assuming_gaps,
    .culprit = {.from = Culprit::From::trace},
    .next = "call {culprit} under the lock that it expects, or between preempt_disable() and preempt_enable()",
};

extern constinit const Kind preemptible_use{
    .info = {"preemptible-per-cpu", "per-CPU data used while preemptible", Severity::error, Trait::runs_in_task},
    .headers = preemptible_headers,
    .sections = sections,
    .title_of = preemptible_title,
    .sentence = "{culprit|a function} used the data of its CPU while it could be moved to another CPU",
    .culprit = {.from = Culprit::From::trace, .words = preempt_words},
    .next =
        "in {culprit}, use get_cpu() and put_cpu(), or this_cpu_*() operations; where any CPU's number will do, "
        "raw_smp_processor_id()",
    .goes_on = same_place,
};

}  // namespace unoops::kinds
