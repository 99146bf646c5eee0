#include "kinds/rcu_stall_rules.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "kinds/rcu_lines.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}
std::optional<std::uint64_t> number(const Report& r, FactName name) { return number(r.fact(name)); }

// Ticks a second, by the timeout that just ran out: 21 s (CONFIG_RCU_CPU_STALL_TIMEOUT), or 60 s, as distributions set
// it. Nothing: another timeout, or a stall that lasts.
std::optional<std::uint64_t> ticks_per_second(const Report& r) {
  const auto jiffies = number(r, fact::stalled_jiffies);
  if (!jiffies) return std::nullopt;
  for (const std::uint64_t hz : {1000, 250, 300, 100})
    for (const std::uint64_t timeout : {21, 60}) {
      const auto expected = hz * timeout;
      const auto seconds = r.time_us.value_or(0) / 1'000'000;
      const bool fits_clock = seconds == 0 || timeout <= static_cast<std::uint64_t>(seconds);
      if (*jiffies >= expected && *jiffies < expected + hz && fits_clock) return hz;
    }
  return std::nullopt;
}

constexpr auto rcus_line = "RCU's own line about it";

// Which CPU took how many ticks of the grace period, and what that says of its interrupts.
std::string told_by_ticks(const StalledCpu& cpu, std::optional<std::uint64_t> jiffies) {
  if (!cpu.ticks || !jiffies) return {};
  const auto told = "took " + std::to_string(*cpu.ticks) + (*cpu.ticks == 1 ? " timer tick" : " timer ticks") +
                    " in these " + std::to_string(*jiffies) + " jiffies";
  if (*cpu.ticks * 2 > *jiffies) return told + ": its interrupts are on";
  if (*cpu.ticks * 50 < *jiffies)
    return told + (cpu.took_irq ? ": its tick was stopped" : ": its interrupts are off, or its tick was stopped");
  return {};
}

// A CPU that idles or is off line holds nothing up.
std::string words_of(const StalledCpu& cpu, std::optional<std::uint64_t> jiffies) {
  const auto name = "CPU " + std::to_string(cpu.cpu) + " ";
  if (cpu.offline) return name + "is off line, and RCU still waits for it";
  if (cpu.idle)
    return name + "idled" + (cpu.false_positive ? ", and RCU itself doubts that it stalls (\"false positive?\")" : "");
  std::string text;
  const auto say = [&](std::string words) { text += (text.empty() ? "" : "; it ") + std::move(words); };
  if (auto ticks = told_by_ticks(cpu, jiffies); !ticks.empty()) say(std::move(ticks));
  if (cpu.irqs_off) say("has not taken the interrupt that RCU sent it: its interrupts are off");
  if (cpu.behind)
    say("has not noticed " +
        (*cpu.behind == 1 ? std::string("this grace period")
                          : "the last " + std::to_string(*cpu.behind) + " grace periods") +
        " yet");
  if (!cpu.starved.empty()) say("did not run its RCU thread (rcuc) for " + std::string(cpu.starved) + " jiffies");
  const auto slash = cpu.softirqs.find('/');
  if (!text.empty() && slash != std::string_view::npos &&
      cpu.softirqs.substr(0, slash) == cpu.softirqs.substr(slash + 1))
    say("ran no RCU softirq meanwhile (softirq=" + std::string(cpu.softirqs) + ")");
  return text.empty() ? text : name + text;
}

// The state of RCU's own thread, as a number (v6.1 include/linux/sched.h): it wants to run.
bool wants_to_run(std::string_view gp_state) { return gp_state.ends_with(" 0x0"); }

// The stack of a task that is shown.
const Stack* stack_of(const Report& r, std::int64_t pid) {
  const auto at = std::ranges::find_if(r.stacks, [&](const Stack& s) { return s.pid == pid && !s.frames.empty(); });
  return at == r.stacks.end() ? nullptr : &*at;
}

const Frame* work_in(const Stack& stack) {
  return first_frame(stack, FrameRole::wait | FrameRole::lock | FrameRole::report | FrameRole::exception |
                                FrameRole::interrupt | FrameRole::atomic | FrameRole::stall);
}

// Does the CPU that is looked at have its interrupts off?
bool irqs_off(const Report& r) {
  const auto* place = look_frame(r);
  const auto shown = std::ranges::find_if(r.stacks, [&](const Stack& s) {
    return place && !s.frames.empty() && place >= s.frames.data() && place < s.frames.data() + s.frames.size();
  });
  if (shown == r.stacks.end()) return false;
  const auto number = shown->cpu ? shown->cpu : r.cpu;
  return std::ranges::any_of(stalled_cpus(r), [&](const StalledCpu& cpu) {
    return cpu.irqs_off && !cpu.idle && number && cpu.cpu == static_cast<unsigned>(*number);
  });
}

}  // namespace

bool waits_for_timer(const Report& r) {
  const auto state = r.fact(fact::gp_state);
  return state.starts_with("RCU_GP_WAIT_FQS ") && (state.ends_with(" 0x402") || state.ends_with(" 0x1"));
}

std::string jiffies_words(std::string_view count, const Report& r) {
  const auto hz = ticks_per_second(r), jiffies = number(count);
  std::string text = std::string(count) + " jiffies";
  if (hz && jiffies) text += " = " + std::to_string((*jiffies + *hz / 2) / *hz) + " s at HZ=" + std::to_string(*hz);
  return text;
}

void tell_starved(const Report& r, Explanation& e, std::string_view id) {
  const auto state = r.fact(fact::gp_state);
  if (wants_to_run(state))
    add_certain(e, id, "RCU's kthread is ready to run (->state=0x0) and gets no CPU time", rcus_line);
  if (const auto cpu = r.fact(fact::timer_cpu); !cpu.empty())
    add_likely(e, id, "CPU " + std::string(cpu) + " does not run its timers", "the kernel's own words");
  for (const auto& message : r.messages)
    if (message.find("All QSes seen") != std::string::npos)
      add_certain(e, id, "all CPUs and tasks have reported: only RCU's kthread has to end the grace period",
                  "\"All QSes seen\"");
    else if (message.find("Stall ended before state dump") != std::string::npos)
      add_certain(e, id, "the stall was over before its traces could be taken", "the kernel's own words");
}

// A CPU counts its own timer ticks of the grace period ("(20999 ticks this GP)": v6.1 kernel/rcu/tree_stall.h
// print_cpu_stall_info): none means that it takes no timer interrupt.
void tell_cpus(const Report& r, Explanation& e, std::string_view id) {
  constexpr std::size_t most = 4;
  const auto cpus = stalled_cpus(r);
  const auto jiffies = number(r, fact::stalled_jiffies);
  const bool all_idle = r.fact(fact::idle_cpus) == r.fact(fact::stalled_cpus);
  for (std::size_t i = 0; i < cpus.size() && i < most; ++i) {
    if (all_idle && !cpus[i].false_positive) continue;  // the summary says so
    if (auto words = words_of(cpus[i], jiffies); !words.empty()) add_certain(e, id, std::move(words), rcus_line);
  }
}

// Those that were preempted or sleep within rcu_read_lock(), by name and place where their traces are shown.
void tell_readers(const Report& r, Explanation& e, std::string_view id) {
  constexpr std::size_t most = 4;
  std::size_t told = 0;
  std::string_view pids = r.fact(fact::stalled_tasks);
  while (!pids.empty() && told < most) {
    const auto end = std::min(pids.find(", "), pids.size());
    const auto pid = number(pids.substr(0, end));
    pids.remove_prefix(std::min(end + 2, pids.size()));
    const auto* stack = pid ? stack_of(r, static_cast<std::int64_t>(*pid)) : nullptr;
    const auto* at = stack ? work_in(*stack) : nullptr;
    if (!at) continue;
    ++told;
    add_certain(e, id,
                "RCU waits for " + stack->comm + " (pid " + std::to_string(*pid) + "), which is in " + place_of(*at) +
                    ", within rcu_read_lock()",
                "\"Tasks blocked on\" and the task's trace");
    add_step(e, "look why " + stack->comm + " stays in " + source_name(at->ref.symbol) +
                    " within rcu_read_lock(): it sleeps there, or other tasks keep it from running");
  }
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
  const auto by = r.fact(fact::detecting_cpu);
  if (!by.empty() && r.cpu && by == std::to_string(*r.cpu) && by != r.fact(fact::stalled_cpus))
    add_certain(e, id, "CPU " + std::string(by) + " only noticed it", "\"detected by\"");
}

void tell_rcu_step(const Report& r, Explanation& e, std::string_view id) {
  const auto cpu = std::string(r.fact(fact::starved_cpu));
  const auto where = cpu.empty() ? "" : " on CPU " + cpu;
  if (!r.fact(fact::starved_jiffies).empty()) {
    if (waits_for_timer(r))
      add_step(e,
               "find why no timer fired" + where +
                   ": interrupts that stay off there, a clock event device that lost its interrupt, or a virtual CPU "
                   "that its host did not run");
    else
      add_step(e,
               "find what kept RCU's kthread from running" + where +
                   ": a real-time task, interrupts without end, a lost timer, or a virtual CPU that its host did not "
                   "run");
  }
  // A CPU that idles holds nothing up.
  if (r.fact(fact::idle_cpus) == r.fact(fact::stalled_cpus) && !r.fact(fact::idle_cpus).empty()) return;
  if (r.fact(fact::stalled_cpus).empty() && !r.fact(fact::stalled_tasks).empty()) return;
  irqs_off(r) ? tell_loop_without_interrupts(r, e, id) : tell_loop(r, e, id);
}

}  // namespace unoops::kinds
