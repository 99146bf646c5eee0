// Report + FaultSite → Explanation: what happened, who, why the machine stopped, what to look at next.
#include "explain/explain.hpp"

#include <algorithm>
#include <array>

#include "explain/look_frame.hpp"
#include "explain/made_call.hpp"
#include "explain/rules.hpp"
#include "kinds/kind.hpp"
#include "kinds/sentence.hpp"
#include "report/questions.hpp"

namespace unoops::explain {

namespace {

std::string who(const Report& r) {
  std::string text = r.cpu ? "CPU " + std::to_string(*r.cpu) : std::string();
  if (!r.comm.empty() || r.pid) {
    const bool idle = r.pid == 0;
    const std::string pid = idle ? "idle, pid 0" : r.pid ? "pid " + std::to_string(*r.pid) : std::string();
    text += (text.empty() ? "" : ", ") + r.comm;
    if (!pid.empty()) text += r.comm.empty() ? pid : " (" + pid + ")";
  }
  if (text.empty()) return text;
  // A watchdog interrupts the culprit by design.
  if (in_interrupt(r) && !r.has(Trait::stall)) text += " was interrupted; it is not the culprit";
  return text;
}

struct Fatal {
  std::string_view reason, words;
};
constexpr auto fatals = std::to_array<Fatal>({
    {"in interrupt", "an oops in interrupt context can't kill a task"},
    {"panic_on_oops", "the kernel is set to panic at the first oops"},
    {"Fatal exception", "the kernel is set to panic at an oops (panic_on_oops), or this one can't be survived"},
    {"panic_on_warn", "the kernel is set to panic at the first warning"},
    {"panic_on_oom", "the kernel is set to panic when memory runs out"},
    {"kill init", "the task was init, without which no system runs"},
    {"idle task", "the idle task can't be killed: every CPU needs it"},
    {"killing interrupt handler", "the oops came in an interrupt handler, which has no task to kill"},
    {"softlockup: hung tasks", "kernel.softlockup_panic is set"},
    {"Hard LOCKUP", "kernel.hardlockup_panic is set"},
    {"hard LOCKUP", "kernel.hardlockup_panic is set"},
    {"hung_task: blocked tasks", "kernel.hung_task_panic is set"},
    {"RCU Stall", "kernel.panic_on_rcu_stall is set"},
    {"machine check", "the error can't be survived"},
    {"stack overflow", "nothing can run without a stack"},
    {"Oopsed too often", "kernel.oops_limit was reached"},
});

// The frame that told of the end is crash_kexec()'s, or of what it called.
bool took_dump(const Report& r) {
  return std::ranges::any_of(r.stacks, [&](const Stack& stack) {
    return std::ranges::any_of(stack.frames, [&](const Frame& frame) {
      return frame.line_no == r.panic->line && frame.ref.symbol.find("_kexec") != std::string::npos;
    });
  });
}

std::string why_fatal(const Report& r) {
  if (!r.panic) return {};
  if (r.panic->kexec)
    return "the crash kernel took over at once: the kernel is set to panic at an oops (panic_on_oops), or this one "
           "can't be survived";
  if (r.panic->reason.empty() && took_dump(r)) return "the dump was taken at once: crash_kexec() is on the trace";
  if (r.panic->reason.empty()) return "panic() is on the trace; why is not in the log";
  const std::string text = "\"" + r.panic->reason + "\"";
  // int3, double faults and the like run as an NMI does, so that no task can be killed (v6.1 kernel/entry/common.c
  // irqentry_nmi_enter).
  if (!in_interrupt(r) && r.has(Trait::as_nmi) && r.panic->reason.find("in interrupt") != std::string::npos)
    return "this exception counts as an interrupt, in which no task can be killed: " + text;
  const auto at = std::ranges::find_if(
      fatals, [&](const Fatal& row) { return r.panic->reason.find(row.reason) != std::string::npos; });
  return at == fatals.end() ? text : std::string(at->words) + ": " + text;
}

// Why there is nothing to advise. The kind's own reason, or what is missing.
std::string no_advice(const Report& r) {
  if (const auto own = kind_row(*r.kind).next_none; !own.empty()) return std::string(own);
  return r.corrupted ? "the lines that would say where to look are not in the log"
                     : "the function that failed is not in the log";
}

// What to look at next: what the rules said, else the kind's advice, else why there is none.
void advise(const Report& r, Explanation& e) {
  if (!e.next_steps.empty() || r.severity == Severity::notice) return;
  if (auto step = next_of(r); !step.empty()) return add_step(e, std::move(step));
  e.next_none = no_advice(r);
}

}  // namespace

void explain_report(Report& r) {
  auto& e = r.explanation;
  set_look_frame(r);
  r.system_call = made_call(r);
  e.summary = summary_of(r);
  e.who = who(r);
  e.why_fatal = why_fatal(r);
  // The order of the findings: the bad pointer, what an expert of the kind adds, the traces, what surrounds them.
  const auto apply = [&](const Rule& rule) { rule.apply(r, e, rule.id); };
  const auto rules = kind_row(*r.kind).rules;
  std::ranges::for_each(fault_rules(), apply);
  for (const auto& rule : rules)
    if (!rule.after_traces) apply(rule);
  std::ranges::for_each(stack_rules(), apply);
  std::ranges::for_each(death_rules(), apply);
  for (const auto& rule : rules)
    if (rule.after_traces) apply(rule);
  std::ranges::for_each(context_rules(), apply);
  advise(r, e);
}

}  // namespace unoops::explain
