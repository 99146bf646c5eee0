// lockdep's splats: v6.1 kernel/locking/lockdep.c. Title words:
//   "[ INFO: ... ]", "[ BUG: ... ]"     to v4.12
//   "WARNING: ..."                      since v4.13
#include <array>

#include "base/text.hpp"
#include "grammar/symbol_ref.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lockdep_lines.hpp"
#include "kinds/lockdep_rules.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// The words before a title: "WARNING: ", "[ INFO: ", "[ BUG: "
std::string_view title_word(std::string_view before) {
  before = trim(before);
  for (const std::string_view word : {"WARNING:", "[ INFO:", "[ BUG:", "INFO:", "BUG:"})
    if (before.ends_with(word)) return word.starts_with("[ ") ? word.substr(2) : word;
  return {};
}

bool splat(std::string_view before, ReportBuilder& d, std::string_view problem) {
  const auto word = title_word(before);
  if (word.empty()) return false;
  d.report.set_fact(fact::problem, problem);
  d.report.set_fact(fact::title_word, word.substr(0, word.size() - 1));
  return true;
}

bool circular(std::string_view before, Scanner, ReportBuilder& d) { return splat(before, d, "circular dependency"); }
bool recursive(std::string_view before, Scanner, ReportBuilder& d) { return splat(before, d, "recursive locking"); }
bool inversion(std::string_view before, Scanner, ReportBuilder& d) { return splat(before, d, "irq inversion"); }
// "HARDIRQ-safe -> HARDIRQ-unsafe lock order detected": the needle stands in the middle
bool irq_order(std::string_view before, Scanner, ReportBuilder& d) {
  const auto arrow = before.rfind("-safe -> ");
  if (arrow == std::string_view::npos) return false;
  const auto word = before.rfind(' ', arrow);
  return word != std::string_view::npos && splat(before.substr(0, word), d, "irq-unsafe order");
}
bool state(std::string_view before, Scanner, ReportBuilder& d) { return splat(before, d, "inconsistent lock state"); }
bool wait_context(std::string_view before, Scanner, ReportBuilder& d) {
  return splat(before, d, "invalid wait context");
}
bool unlock(std::string_view before, Scanner, ReportBuilder& d) { return splat(before, d, "bad unlock balance"); }
bool contention(std::string_view before, Scanner, ReportBuilder& d) { return splat(before, d, "bad contention"); }
bool nested(std::string_view before, Scanner, ReportBuilder& d) {
  return splat(before, d, "Nested lock was not taken");
}
bool freed(std::string_view before, Scanner, ReportBuilder& d) { return splat(before, d, "held lock freed"); }
bool to_user(std::string_view before, Scanner, ReportBuilder& d) {
  return splat(before, d, "lock held when returning to user space");
}
bool rcu(std::string_view before, Scanner, ReportBuilder& d) { return splat(before, d, "suspicious RCU usage"); }
// "WARNING: syz-fuzzer/4398 still has locks held!"; the comm may hold anything
bool still_held(std::string_view before, Scanner, ReportBuilder& d) {
  for (const std::string_view word : {"WARNING: ", "BUG: "})
    if (const auto at = before.find(word); at != std::string_view::npos) {
      std::int64_t pid = 0;
      if (!read_comm_pid(trim(before.substr(at + word.size())), d.report.comm, pid)) return false;
      d.report.pid = pid;
      return splat(before.substr(0, at + word.size()), d, "still has locks held");
    }
  return false;
}

// Lockdep's own functions (kernel/locking/lockdep.c), and what takes locks on behalf of its caller.
constexpr std::string_view lock_words =
    "process_one_work flush_workqueue kthread start_flush_work touch_work_lockdep_map perf_tp_event console_trylock "
    "save_trace ^mark_ ^print_ add_chain_cache lookup_chain alloc_list_entry add_lock_to_list lock_is_held "
    "^__lock_ ^check_ ^validate_chain rcu_note_context_switch local_bh_ bpf_prog_array_copy_to_user";
// Of RCU's reports: its own checks, and the allocators that may sleep.
constexpr std::string_view rcu_words = "rcu kmem slab lockdep lock_is_held";

// No watchdog among them: a lock may be taken by the tick, and is its own.
constexpr auto reporters = FrameRole::report | FrameRole::exception | FrameRole::sanitizer | FrameRole::trace;

bool names_lock(const Report& r) { return r.culprit_frame.has_value(); }

std::string with_word(const Report& r, std::string_view culprit) {
  return std::string(r.fact(fact::title_word)) + ": " + std::string(r.fact(fact::problem)) + " in " +
         std::string(culprit);
}

constexpr auto deadlock_headers = std::to_array<Header>({
    {"possible circular locking dependency detected", circular},
    {"possible recursive locking detected", recursive},
    {"possible irq lock inversion dependency detected", inversion},
    {"-unsafe lock order detected", irq_order},
});
constexpr auto state_headers = std::to_array<Header>({{"inconsistent lock state", state}});
constexpr auto wait_headers = std::to_array<Header>({{"Invalid wait context", wait_context}});
constexpr auto balance_headers = std::to_array<Header>({
    {"bad unlock balance detected!", unlock},
    {"bad contention detected!", contention},
    {"Nested lock was not taken", nested},
});
constexpr auto held_headers = std::to_array<Header>({
    {"held lock freed!", freed},
    {"still has locks held!", still_held},
});
constexpr auto user_headers = std::to_array<Header>({{"lock held when returning to user space!", to_user}});
constexpr auto rcu_headers = std::to_array<Header>({
    {"suspicious RCU usage", rcu},
    {"suspicious rcu_dereference_check() usage", rcu},
});

// v6.1 kernel/locking/lockdep.c
constexpr auto lockdep_wordings = std::to_array<Wording>({
    {"lock-story", "", "{lock-story}"},
    {"problem", "recursive locking", "a lock of the class {wanted-lock|?} is taken while one of the same class is held",
     "if it is the same lock, let {culprit|the caller} call a variant that expects it; if they are two of one class, "
     "take "
     "them in a fixed order and say so with mutex_lock_nested(), spin_lock_nested()"},
    {"problem", "irq",
     "a lock that interrupts take and one that is taken with interrupts on are taken one under the other: an interrupt "
     "at the wrong moment can deadlock[ ({wanted-lock}, {held-lock})]"},
});
constexpr auto lockdep_gaps = std::to_array<Gap>({{"lock-story", lock_story}});
constexpr auto lockdep_state_wordings = std::to_array<Wording>({
    {"usage", "RECLAIM_FS",
     "{wanted-lock|a lock} is taken by memory reclaim, and elsewhere it is held while memory is allocated that may "
     "start reclaim: then the task waits for itself[ ({usage})]"},
    {"usage", "SOFTIRQ",
     "{wanted-lock|a lock} is taken in soft interrupts, and elsewhere with soft interrupts on: one that comes while it "
     "is held deadlocks[ ({usage})]"},
});

// v6.1 kernel/locking/lockdep.c
constexpr auto lockdep_balance_wordings = std::to_array<Wording>({
    {"problem", "Nested lock was not taken",
     "a lock[ ({wanted-lock})] was taken as one under another, which is not held",
     "take the outer lock first, which {culprit} names as the second argument of mutex_lock_nest_lock() or "
     "spin_lock_nest_lock()"},
});
constexpr auto lockdep_held_lock_wordings = std::to_array<Wording>({
    {"problem", "held lock freed", "{task|a task} frees memory that holds a lock which is still held[ ({held-lock})]",
     "release {held-lock|the lock} before {culprit} frees its memory, and make sure that nobody else can take it then"},
    {"problem", "still has locks held",
     "{task|a task} sleeps or ends where it must hold no lock, but holds {held-lock|one}"},
});

// v6.1 include/linux/rcupdate.h RCU_LOCKDEP_WARN, include/linux/rculist.h, kernel/rcu/update.c
constexpr auto lockdep_rcu_wordings = std::to_array<Wording>({
    {"detail", "while idle",
     "RCU was used[ at {place}] on a CPU that RCU does not watch, because it counts as idle there: what it protects "
     "can "
     "be freed at once ({detail})",
     "wake RCU before {culprit} uses it (ct_irq_enter(), RCU_NONIDLE() to v6.2), or move it out of the idle loop"},
    {"detail", "llegal context switch",
     "the task slept[ at {place}] in a section where RCU does not allow that ({detail})",
     "call rcu_read_unlock() before {culprit} sleeps, or protect the data with SRCU, under which tasks may sleep"},
    {"detail", "llegal synchronize_",
     "the code waits[ at {place}] for the end of a section that it is in itself ({detail})",
     "leave the section before {culprit} waits, or use call_rcu() or kfree_rcu(), which do not wait"},
    {"detail", "RCU-list traversed in non-reader section",
     "a list under RCU was walked[ at {place}] without rcu_read_lock() or the lock that protects it",
     "call rcu_read_lock() around the walk in {culprit}, or name the lock that protects the list as the last argument "
     "of "
     "list_for_each_entry_rcu()"},
});

}  // namespace

extern constinit const Kind lockdep_deadlock{
    .info = {"lockdep", "possible deadlock", Severity::warning, Trait::runs_in_task},
    .headers = deadlock_headers,
    .sections = lockdep_sections,
    .line = lockdep_row,
    .title = "possible deadlock",
    .sentence =
        "locks are taken in an order that can deadlock: {wanted-lock|one lock} is wanted while {held-lock|another} is "
        "held, and elsewhere it is the other way round",
    .wordings = lockdep_wordings,
    .gaps = lockdep_gaps,
    .culprit = {.from = Culprit::From::headline, .skip = reporters, .words = lock_words},
    .rules = lockdep_deadlock_rules,
    .next = "choose one order for these locks and keep it everywhere, or drop the outer one before the inner is taken",
};

extern constinit const Kind lockdep_state{
    .info = {"lockdep-state", "inconsistent lock state", Severity::warning, Trait::runs_in_task},
    .headers = state_headers,
    .sections = lockdep_sections,
    .line = lockdep_row,
    .title = "inconsistent lock state",
    .sentence =
        "{wanted-lock|a lock} is taken in interrupts, and elsewhere with interrupts on: an interrupt that comes while "
        "it is held deadlocks[ ({usage})]",
    .wordings = lockdep_state_wordings,
    .culprit = {.from = Culprit::From::headline, .skip = reporters, .words = lock_words},
    .rules = lockdep_state_rules,
    .next = "wherever {wanted-lock|the lock} is taken outside of interrupts, take it with interrupts off",
};

extern constinit const Kind lockdep_wait{
    .info = {"lockdep-wait-context", "invalid wait context", Severity::warning, Trait::runs_in_task},
    .headers = wait_headers,
    .sections = lockdep_sections,
    .line = lockdep_row,
    .title = "WARNING: locking bug",
    .sentence = "a lock that may sleep[ ({wanted-lock})] was taken where sleeping is forbidden[: {held-lock} is held]",
    .culprit = {.from = Culprit::From::headline, .skip = reporters, .words = lock_words},
    .next =
        "take {wanted-lock|the lock} in {culprit} before[ {held-lock},] the raw spinlock or interrupt that forbids it; "
        "a lock that must be taken there has to be a raw_spinlock_t (on PREEMPT_RT a spinlock_t sleeps)",
};

extern constinit const Kind lockdep_balance{
    .info = {"lockdep-balance", "locks taken and released out of balance", Severity::warning, Trait::runs_in_task},
    .headers = balance_headers,
    .sections = lockdep_sections,
    .line = lockdep_row,
    .title_of = with_word,
    .sentence = "a lock was released that is not held, or twice[: {wanted-lock}]",
    .wordings = lockdep_balance_wordings,
    .culprit = {.from = Culprit::From::headline, .skip = reporters, .words = lock_words},
    .next =
        "look in {culprit} for a way, most often that of an error, on which {wanted-lock|the lock} is released without "
        "having been taken, or twice",
};

extern constinit const Kind lockdep_held{
    .info = {"lockdep-held-lock", "lock still held", Severity::warning, Trait::runs_in_task},
    .headers = held_headers,
    .sections = lockdep_sections,
    .line = lockdep_row,
    .title_of = with_word,
    .sentence =
        "a lock[ ({held-lock})] is still held where that is wrong: {problem|its memory is freed, or its task ends}",
    .wordings = lockdep_held_lock_wordings,
    .culprit = {.from = Culprit::From::headline, .skip = reporters, .words = lock_words},
    .next = "release {held-lock|the lock} on every way out before that, errors and early returns included",
};

// No trace: the CPU is on its way to user space.
extern constinit const Kind lockdep_user{
    .info = {"lockdep-user-space", "lock held when returning to user space", Severity::warning,
             Trait::runs_in_task | Trait::traceless},
    .headers = user_headers,
    .sections = lockdep_sections,
    .line = lockdep_row,
    .title_of = with_word,
    .sentence = "{task|a task} goes back to user space with a lock held[: {held-lock}]",
    .culprit = {.from = Culprit::From::headline, .skip = reporters, .words = lock_words},
    .next =
        "[{culprit} takes it: ]release {held-lock|the lock} on every way out of the system call, errors included; if "
        "another call is to release it, it must be no lock but a completion or a flag",
    .whole = names_lock,
};

extern constinit const Kind lockdep_rcu{
    .info = {"lockdep-rcu", "suspicious RCU usage", Severity::warning, Trait::runs_in_task},
    .headers = rcu_headers,
    .sections = lockdep_sections,
    .line = lockdep_rcu_row,
    .title_of = with_word,
    .sentence = "data under RCU was used[ at {place}] without the lock that protects it",
    .wordings = lockdep_rcu_wordings,
    .culprit = {.from = Culprit::From::trace, .words = rcu_words},
    .next =
        "call rcu_read_lock() around the use in {culprit}; where a lock protects it, say so with "
        "rcu_dereference_protected() or rcu_dereference_check() and lockdep_is_held()",
};

}  // namespace unoops::kinds
