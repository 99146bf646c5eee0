#include "kinds/rcu_stall_rules.hpp"

#include <charconv>
#include <optional>

#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

std::optional<std::uint64_t> number(const Report& r, FactName name) {
  const auto text = r.fact(name);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

bool is_one_cpu(std::string_view cpus) { return !cpus.empty() && cpus.find(',') == std::string_view::npos; }

}  // namespace

// A CPU counts its own timer ticks of the grace period ("(20999 ticks this GP)": v6.1 kernel/rcu/tree_stall.h
// print_cpu_stall_info): none means that it takes no timer interrupt.
void tell_ticks(const Report& r, Explanation& e, std::string_view id) {
  const auto ticks = number(r, fact::stalled_ticks), jiffies = number(r, fact::stalled_jiffies);
  const auto cpus = r.fact(fact::stalled_cpus);
  if (!ticks || !jiffies || !is_one_cpu(cpus) || !r.fact(fact::idle_cpus).empty()) return;
  const auto told = "CPU " + std::string(cpus) + " took " + std::to_string(*ticks) +
                    (*ticks == 1 ? " timer tick" : " timer ticks") + " in these " + std::to_string(*jiffies) +
                    " jiffies: ";
  if (*ticks * 2 > *jiffies)
    add_certain(e, id, told + "its interrupts are on", "the ticks and jiffies that RCU prints");
  else if (*ticks * 50 < *jiffies)
    add_likely(e, id, told + "its interrupts are off, its tick was stopped, or a host did not run it",
               "the ticks and jiffies that RCU prints");
}

// fqs= counts the passes of the grace-period kthread over the CPUs that did not report yet, q= the callbacks.
void tell_waiting(const Report& r, Explanation& e, std::string_view id) {
  const auto scans = number(r, fact::forced_scans), waiting = number(r, fact::callbacks);
  std::string text;
  if (scans == 0u) text = "RCU never looked for a sign of it (fqs=0)";
  if (scans && *scans)
    text = "RCU looked for a sign of it " + std::to_string(*scans) + (*scans == 1 ? " time" : " times") + " (fqs)";
  if (waiting && *waiting)
    text += (text.empty() ? "" : "; ") + std::to_string(*waiting) +
            (*waiting == 1 ? " callback waits" : " callbacks wait") + " for the grace period (q)";
  if (!text.empty()) add_certain(e, id, text, "fqs= and q= of RCU's own line");
}

void tell_rcu_step(const Report& r, Explanation& e, std::string_view id) {
  if (!r.fact(fact::starved_jiffies).empty()) {
    const auto cpu = std::string(r.fact(fact::starved_cpu));
    add_step(e, "find what kept RCU's kthread from running" + (cpu.empty() ? "" : " on CPU " + cpu) +
                    ": a real-time task, interrupts without end, a lost timer, or a virtual CPU that its host did not "
                    "run");
  }
  // A CPU that idles holds nothing up.
  if (r.fact(fact::idle_cpus) != r.fact(fact::stalled_cpus) || r.fact(fact::idle_cpus).empty()) tell_loop(r, e, id);
}

}  // namespace unoops::kinds
