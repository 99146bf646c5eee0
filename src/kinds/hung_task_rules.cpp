#include "kinds/hung_task_rules.hpp"

#include <algorithm>

#include "kinds/held_locks.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

// The first function that is not a way to sleep or to take a lock.
const Frame* work_of(const Stack& stack) {
  return first_frame(stack, FrameRole::wait | FrameRole::lock | FrameRole::report | FrameRole::exception |
                                FrameRole::stall | FrameRole::interrupt | FrameRole::atomic);
}

struct Wait {
  std::string_view frame, words;
  bool lock = false;  // somebody holds it
};
// Ways to sleep, by the outermost one of them (v6.1 kernel/locking, kernel/sched, mm/filemap.c, block).
constexpr auto waits = std::to_array<Wait>({
    {"mutex_lock", "a mutex", true},
    {"__mutex_lock", "a mutex", true},
    {"rwsem_down_read", "a read-write semaphore, to read", true},
    {"down_read", "a read-write semaphore, to read", true},
    {"rwsem_down_write", "a read-write semaphore, to write", true},
    {"down_write", "a read-write semaphore, to write", true},
    {"__down", "a semaphore", true},
    {"down", "a semaphore", true},
    {"wait_for_completion", "a completion"},
    {"__wait_for_common", "a completion"},
    {"synchronize_rcu", "an RCU grace period"},
    {"synchronize_srcu", "an SRCU grace period"},
    {"rcu_barrier", "all RCU callbacks"},
    {"flush_work", "a work item to end"},
    {"__flush_work", "a work item to end"},
    {"flush_workqueue", "a workqueue to drain"},
    {"__flush_workqueue", "a workqueue to drain"},
    {"folio_wait_bit", "a page that is locked or written"},
    {"__folio_lock", "a page that is locked"},
    {"wait_on_page_bit", "a page that is locked or written"},
    {"io_schedule", "I/O to end"},
    {"blk_mq_get_tag", "a free request of a block device"},
    {"jbd2_log_wait_commit", "a journal commit"},
    {"wait_transaction_locked", "a journal transaction"},
    {"kthread_stop", "a kernel thread to end"},
    {"cancel_work_sync", "a work item to end"},
    {"msleep", "nothing but time (msleep)"},
    {"percpu_down_write", "all readers to leave"},
});

const Wait* wait_of(const Report& r) {
  const auto* trace = own_trace(r);
  if (!trace) return nullptr;
  const Wait* found = nullptr;
  for (const auto& frame : trace->frames) {
    if (!frame.reliable) continue;
    const auto name = plain_symbol(frame.ref.symbol);
    for (const auto& wait : waits)
      if (name.starts_with(wait.frame)) found = &wait;
    if (!frame_roles(name).has(FrameRole::wait | FrameRole::lock) && !found && name != "io_schedule" &&
        &frame - trace->frames.data() > 6)
      break;
  }
  return found;
}

bool sleeps_by_itself(const Report& r) {
  const auto* wait = wait_of(r);
  return wait && wait->frame == "msleep";
}

// "Showing all locks held in the system:" (CONFIG_LOCKDEP): of two tasks that list a lock the one that waits lists it
// last, by the function in which it waits. True: somebody was named.
bool name_holders(const Report& r, Explanation& e, std::string_view id) {
  if (!r.pid) return false;
  const auto told = e.findings.size();
  const auto locks = held_locks(r);
  const auto* wait = wait_of(r);
  const auto* asks = own_trace(r) ? work_of(*own_trace(r)) : nullptr;
  for (const auto& mine : locks) {
    if (mine.pid != *r.pid || mine.comm != r.comm) continue;
    const bool wanted = mine.last && wait && wait->lock && asks && source_name(asks->ref.symbol) == mine.at;
    for (const auto& other : locks) {
      if (other.address != mine.address || other.pid == mine.pid || (!wanted && !other.last)) continue;
      const auto task = other.comm + " (pid " + std::to_string(other.pid) + ")";
      if (wanted)
        add_finding(e, id, mine.name + " is held by " + task + ", taken in " + taken_in(other));
      else
        add_finding(e, id, "it holds " + mine.name + ", taken in " + taken_in(mine) + ", for which " + task + " waits");
    }
  }
  return e.findings.size() > told;
}

}  // namespace

void tell_wait(const Report& r, Explanation& e, std::string_view id) {
  const auto* wait = wait_of(r);
  if (!wait) return;
  const auto* asks = work_of(*own_trace(r));
  add_finding(e, id, "it waits for " + std::string(wait->words) + (asks ? ", asked for in " + place_of(*asks) : ""));
}

void tell_blocker(const Report& r, Explanation& e, std::string_view id) {
  const auto holder = r.fact(fact::blocker);
  if (holder.empty()) return;
  add_finding(e, id, "the lock is likely held by " + std::string(holder), "the kernel's own words", Confidence::likely);
  add_step(e, "read what " + std::string(holder) + " does: it must let go first");
}

void tell_holders(const Report& r, Explanation& e, std::string_view id) {
  const bool named = name_holders(r, e, id) || !r.fact(fact::blocker).empty();
  if (sleeps_by_itself(r))
    add_step(e, "nobody holds it up: it sleeps that long by itself, uninterruptibly; look at who waits for it");
  else if (!named)
    add_step(e,
             "find who holds what it waits for: sysrq-w shows all blocked tasks, sysrq-d all locks (CONFIG_LOCKDEP)");
}

}  // namespace unoops::kinds
