// Report + FaultSite → Explanation: what happened, who, why the machine stopped, what to look at next.
#include <algorithm>
#include <array>

#include "base/hex.hpp"
#include "explain/look_frame.hpp"
#include "explain/rule.hpp"
#include "explain/sentence.hpp"
#include "facts/frames.hpp"
#include "unoops/explainer.hpp"

namespace unoops::explain {

void add_finding(Explanation& e, std::string_view rule, std::string text, std::string evidence, Confidence confidence) {
  e.findings.push_back({std::string(rule), std::move(text), std::move(evidence), confidence});
}

bool says_rule(const Explanation& e, std::string_view rule) {
  return std::ranges::find(e.findings, rule, &Finding::rule) != e.findings.end();
}

void add_step(Explanation& e, std::string text) { e.next_steps.push_back(std::move(text)); }

const Frame* culprit_frame(const Report& r) {
  if (!r.culprit_stack || !r.culprit_frame || *r.culprit_stack >= r.stacks.size()) return nullptr;
  const auto& frames = r.stacks[*r.culprit_stack].frames;
  return *r.culprit_frame < frames.size() ? &frames[*r.culprit_frame] : nullptr;
}

const Frame* place_frame(const Report& r) {
  const auto& e = r.explanation;
  return e.look_stack ? &r.stacks[*e.look_stack].frames[*e.look_frame] : culprit_frame(r);
}

std::string place_name(const Report& r) {
  const auto* frame = place_frame(r);
  return frame ? source_name(frame->ref.symbol) : std::string();
}

std::string place_of(const Frame& frame) {
  std::string text = source_name(frame.ref.symbol);
  if (const auto* chain = std::get_if<std::vector<Location>>(&frame.lookup); chain && !chain->empty()) {
    const auto own = std::ranges::find_if(*chain, [](const Location& at) { return !is_kernel_header(at.file); });
    const auto& at = own == chain->end() ? chain->front() : *own;
    text += ", " + at.file.substr(at.file.rfind('/') + 1) + ":" + std::to_string(at.line);
  }
  if (!frame.ref.module.empty()) text += " [" + frame.ref.module + "]";
  return text;
}

namespace {

// Was the report's own code running in an interrupt? Then the task is a bystander.
std::string interrupt_of(const Report& r) {
  for (const auto& stack : r.stacks) {
    if (!stack.label.starts_with("Call Trace") || stack.frames.empty()) continue;
    return stack.context == "irq" || stack.context == "softirq" || stack.context == "nmi" ? stack.context
                                                                                          : std::string();
  }
  return {};
}

std::string who(const Report& r) {
  std::string text = r.cpu ? "CPU " + std::to_string(*r.cpu) : std::string();
  if (!r.comm.empty() || r.pid) {
    const bool idle = r.pid == 0;
    const std::string pid = idle ? "idle, pid 0" : r.pid ? "pid " + std::to_string(*r.pid) : std::string();
    text += (text.empty() ? "" : ", ") + r.comm;
    if (!pid.empty()) text += r.comm.empty() ? pid : " (" + pid + ")";
  }
  if (text.empty()) return text;
  if (!interrupt_of(r).empty()) text += " was interrupted; it is not the culprit";
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

std::string why_fatal(const Report& r) {
  if (!r.panic) return {};
  const std::string text = "\"" + r.panic->reason + "\"";
  // int3, double faults and the like run as an NMI does: no task can be killed (v6.1 kernel/entry/common.c
  // irqentry_nmi_enter).
  const auto& id = r.kind->id;
  if (interrupt_of(r).empty() && (id == "int3" || id == "stack-guard" || id == "double-fault") &&
      r.panic->reason.find("in interrupt") != std::string::npos)
    return "this exception counts as an interrupt, in which no task can be killed: " + text;
  const auto at = std::ranges::find_if(
      fatals, [&](const Fatal& row) { return r.panic->reason.find(row.reason) != std::string::npos; });
  return at == fatals.end() ? text : std::string(at->words) + ": " + text;
}

}  // namespace

}  // namespace unoops::explain

namespace unoops {

using namespace explain;

void explain_report(Report& r) {
  auto& e = r.explanation;
  find_place(r);
  e.summary = summary_of(r);
  e.who = who(r);
  e.why_fatal = why_fatal(r);
  for (const auto rules :
       {fault_rules(), memory_rules(), lock_rules(), wait_rules(), stack_rules(), system_rules(), context_rules()})
    for (const auto& rule : rules) rule.apply(r, e, rule.id);
}

}  // namespace unoops
