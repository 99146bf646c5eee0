#include "kinds/stalls.hpp"

#include <algorithm>
#include <charconv>

#include "base/listing.hpp"
#include "base/text.hpp"
#include "facts/helper_words.hpp"
#include "kinds/death.hpp"
#include "report/dumped_locks.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

// Functions that return when other CPUs have answered: v6.1 kernel/smp.c, kernel/stop_machine.c, arch/x86/mm/tlb.c,
// arch/x86/kernel/alternative.c, arch/*/kernel/smp.c.
constexpr std::string_view waits_for_cpus =
    "smp_call_function csd_lock on_each_cpu stop_machine stop_one_cpu stop_two_cpus stop_cpus multi_cpu_stop "
    "stop_cpu ^queue_stop_cpus flush_tlb_others flush_tlb_multi ^flush_tlb_all ^text_poke_sync kick_all_cpus_sync "
    "^cpus_read_ ^smp_sync smp_send_stop";

bool waits(const Frame& f) { return f.reliable && has_any_word(plain_symbol(f.ref.symbol), waits_for_cpus); }
bool idles(const Frame& f) { return frame_roles(f.ref.symbol).has(FrameRole::idle); }
bool is_softirq(const Frame& f) { return frame_roles(f.ref.symbol).has(FrameRole::softirq); }

enum class Level { task, softirq, interrupt };

// What runs above the frame to look at says in which context it ran: a softirq's loop, an interrupt's entry, or neither.
Level level_of(const Report& r) {
  const auto* place = look_frame(r);
  const Stack* own = nullptr;
  for (const auto& stack : r.stacks) {
    if (own && (stack.cpu != own->cpu || stack.pid != own->pid || is_repeat(stack))) continue;
    for (const auto& frame : stack.frames) {
      if (&frame == place) own = &stack;
      if (!own || &frame == place || !frame.reliable) continue;
      const auto roles = frame_roles(frame.ref.symbol);
      if (roles.has(FrameRole::softirq)) return Level::softirq;
      if (roles.has(FrameRole::interrupt)) return Level::interrupt;
      if (roles.has(FrameRole::system_call | FrameRole::thread | FrameRole::boot | FrameRole::exception))
        return Level::task;
    }
  }
  return Level::task;
}

// lockdep's own accounts, and the end of a lock, which waits for nobody.
bool waits_for_lock(std::string_view name) {
  return name.find("lock") != std::string_view::npos && name.find("unlock") == std::string_view::npos &&
         name.find("spin") != std::string_view::npos && name.find("trylock") == std::string_view::npos;
}

// Did it try to take a spinlock, further in than the frame to look at?
bool spins(const Report& r) {
  const auto* place = look_frame(r);
  for (const auto& stack : r.stacks)
    for (const auto& frame : stack.frames) {
      if (&frame == place) return false;
      if (frame.reliable && frame_roles(frame.ref.symbol).has(FrameRole::lock) && waits_for_lock(frame.ref.symbol))
        return true;
    }
  return false;
}

// The delay that the frame to look at called: what lies between it and the pc only passes the time.
std::string busy_wait(const Report& r) {
  const auto* place = look_frame(r);
  std::string found;
  for (const auto& stack : r.stacks)
    for (const auto& frame : stack.frames) {
      if (&frame == place) return found;
      const auto name = plain_symbol(frame.ref.symbol);
      if (!frame.reliable || name.empty()) continue;
      if (busy_waits(name))
        found = name;
      else if (!passes_time(name))
        found.clear();
    }
  return {};
}

// A memory dump tells which CPUs spin, and on which lock: not who holds it, because a spinlock does not say. Nothing: the
// report's CPU spins on none that the dump tells of.
const DumpedLock* spun_lock(const Report& r) {
  if (!r.machine || !r.cpu) return nullptr;
  const auto lock = std::ranges::find_if(
      r.machine->locks, [&](const DumpedLock& l) { return std::ranges::count(l.spinning, *r.cpu) != 0; });
  return lock == r.machine->locks.end() ? nullptr : &*lock;
}

// "CPU 0 and CPU 1"
std::string cpus_in_words(const std::vector<int>& cpus) {
  std::vector<std::string> words;
  words.reserve(cpus.size());
  for (const int cpu : cpus) words.push_back("CPU " + std::to_string(cpu));
  return listed(words);
}

// The tasks of the CPUs that neither spin on the lock nor idle.
std::vector<const DumpedTask*> at_work(const Report& r, const DumpedLock& lock) {
  std::vector<const DumpedTask*> out;
  for (const DumpedTask& task : r.tasks)
    if (task.cpu && task.pid != 0 && std::ranges::count(lock.spinning, *task.cpu) == 0) out.push_back(&task);
  return out;
}

}  // namespace

// Who holds a spinlock runs, unless he died or slept with it: so the CPUs at work are those to look at.
void tell_spinning(const Report& r, const DumpedLock& lock, Explanation& e, std::string_view id) {
  static constexpr auto evidence = "the registers and the tasks of the CPUs in the dump";
  auto cpus = lock.spinning;
  std::ranges::sort(cpus);
  const auto who = cpus_in_words(cpus);
  const bool several = cpus.size() > 1;
  add_certain(e, id, who + (several ? " spin on the same lock, " : " spins on the ") + lock_words(r, lock), evidence);
  if (tell_left_behind(r, e, id, true)) return;
  const auto others = at_work(r, lock);
  if (others.size() == 1) {
    const auto other = "CPU " + std::to_string(*others[0]->cpu);
    add_likely(e, id, other + ", which runs " + task_words(r, others[0]->pid) + ", holds it: no other CPU is at work",
               evidence);
    return add_step(e, "see in the state of " + other + " why it does not let go of that lock");
  }
  if (!others.empty())
    return add_step(e, "find which CPU holds that lock: one that does not spin on it (their stacks are shown), or " +
                           who + " by taking it twice");
  add_likely(e, id,
             "no other CPU is at work: " + std::string(several ? "one of them" : "it") +
                 " holds the lock already, or who took it has ended or sleeps with it",
             evidence);
  add_step(e, "find whether " + std::string(several ? "one of the traces of " : "the trace of ") + who +
                  " takes this lock twice, or what ended or sleeps with it held");
}

namespace {

// No bad pointer names a stall, what was running does. Nothing to look at: no advice.
void advise(const Report& r, Explanation& e, std::string_view id, std::string (*loop)(const std::string& name)) {
  const auto* frame = look_frame(r);
  if (!frame || !frame->reliable || idles(*frame) || !storm(r).empty()) return;
  const auto name = place_name(r);
  if (waits(*frame))
    return add_step(e, "this CPU only waits in " + name +
                           ": look for another CPU that does not answer, or has its interrupts off (the backtraces of "
                           "all CPUs: sysrq-l)");
  if (is_softirq(*frame))
    return add_step(e,
                    "find which soft interrupt kept the CPU busy (/proc/softirqs): a handler that takes long, or a "
                    "device that interrupts without end");
  if (const auto delay = busy_wait(r); !delay.empty() && name != delay) {
    add_likely(e, id, "it passes the time there (" + delay + ": udelay or mdelay), and keeps the CPU meanwhile",
               "the pc and the call trace");
    return add_step(e,
                    "let " + name + " sleep instead of busy-wait (usleep_range, msleep), or bound how long it waits");
  }
  if (const auto* lock = spun_lock(r)) return tell_spinning(r, *lock, e, id);
  if (!spins(r)) return add_step(e, loop(name));
  add_likely(e, id, "it spins on a lock that " + name + " takes", "the call trace");
  if (tell_left_behind(r, e, id, true)) return;
  add_step(e, "find who holds that lock: this CPU itself (taken twice, or by what was interrupted), or another");
}

// "98% system, 0% softirq, 1% hardirq, 0% idle": the number before the word
int percent_of(const Report& r, std::string_view word) {
  const auto text = r.fact(fact::cpu_time);
  const auto at = text.find(word);
  if (at == std::string_view::npos) return 0;
  auto begin = at;
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  int value = 0;
  std::from_chars(text.data() + begin, text.data() + at, value);
  return value;
}

}  // namespace

std::string doing(const Report& r) {
  const auto* frame = look_frame(r);
  const auto name = place_name(r);
  if (!frame || name.empty()) return {};
  if (waits(*frame)) return "in " + name + ", where it waits for other CPUs";
  if (idles(*frame)) return "in " + name + ": it idled";
  if (is_softirq(*frame)) return "in " + name + ": it ran soft interrupts (softirq)";
  static constexpr std::string_view levels[] = {"", ", in a soft interrupt (softirq)", ", in an interrupt"};
  return "in " + name + std::string(levels[static_cast<int>(level_of(r))]);
}

std::string storm(const Report& r) {
  const int hard = percent_of(r, "% hardirq");
  return hard >= 50 ? std::to_string(hard) + "%" : std::string();
}

void tell_cpu_time(const Report& r, Explanation& e, std::string_view id) {
  static constexpr auto evidence = "the samples that the watchdog prints";
  const std::string busiest(r.fact(fact::busiest_irq));
  const int soft = percent_of(r, "% softirq"), own = percent_of(r, "% system");
  if (!storm(r).empty()) {
    if (!busiest.empty()) add_certain(e, id, "the most frequent one was " + busiest, evidence);
    return add_step(
        e, "find the device " +
               (busiest.empty() ? "that interrupts without end" : "of " + busiest.substr(0, busiest.find(','))) +
               " (/proc/interrupts): its driver does not make it quiet, or does not know the interrupt as "
               "its own");
  }
  if (soft >= 50)
    add_certain(e, id, "soft interrupts took " + std::to_string(soft) + "% of the CPU's time", evidence);
  else if (own >= 80)
    add_certain(e, id,
                "the kernel's own code took " + std::to_string(own) + "% of the CPU's time: no storm of interrupts",
                evidence);
}

void tell_detector(const Report& r, Explanation& e, std::string_view id) {
  if (const auto by = r.fact(fact::detecting_cpu); !by.empty())
    add_certain(e, id,
                "CPU " + std::string(by) + " saw it: CPU " + std::string(r.fact(fact::hard_lockup_cpu)) +
                    " no longer reports itself",
                "the kernel's own words");
}

void tell_loop(const Report& r, Explanation& e, std::string_view id) {
  advise(r, e, id, [](const std::string& name) {
    return "look for a loop in or above " + name + " whose end does not come; a long one needs cond_resched()";
  });
}

void tell_loop_without_interrupts(const Report& r, Explanation& e, std::string_view id) {
  advise(r, e, id, [](const std::string& name) {
    return "interrupts are off in or above " + name + ": look for a loop there that does not end";
  });
}

}  // namespace unoops::kinds
