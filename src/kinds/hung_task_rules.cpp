#include "kinds/hung_task_rules.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/listing.hpp"
#include "kinds/death.hpp"
#include "kinds/held_locks.hpp"
#include "kinds/lock_chains.hpp"
#include "report/dumped_locks.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

// The first function that is not a way to sleep or to take a lock.
const Frame* work_of(const Stack& stack) {
  return first_frame(stack, FrameRole::wait | FrameRole::lock | FrameRole::report | FrameRole::exception |
                                FrameRole::stall | FrameRole::interrupt | FrameRole::atomic);
}

// What a sleeper waits for, and so where to look: only a lock has a holder.
enum class For { lock, io, grace_period, readers, callbacks, work, thread, completion, answer, time };

struct Wait {
  std::string_view frame, words;
  For what = For::lock;
};
// Ways to sleep, by the outermost one of them; of a function the longest name that fits (v6.1 kernel/locking, kernel/rcu,
// kernel/workqueue.c, mm/filemap.c, block, fs/jbd2, fs/fuse/dev.c, net/9p/client.c).
constexpr auto waits = std::to_array<Wait>({
    {"mutex_lock", "a mutex"},
    {"__mutex_lock", "a mutex"},
    {"rwsem_down_read", "a read-write semaphore, to read"},
    {"call_rwsem_down_read", "a read-write semaphore, to read"},
    {"down_read", "a read-write semaphore, to read"},
    {"rwsem_down_write", "a read-write semaphore, to write"},
    {"call_rwsem_down_write", "a read-write semaphore, to write"},
    {"down_write", "a read-write semaphore, to write"},
    {"__down", "a semaphore"},
    {"__down_read", "a read-write semaphore, to read"},
    {"__down_write", "a read-write semaphore, to write"},
    {"down", "a semaphore"},
    {"rt_mutex_lock", "a real-time mutex"},
    {"rt_mutex_slowlock", "a real-time mutex"},
    {"__rt_mutex_slowlock", "a real-time mutex"},
    {"wait_for_completion", "a completion", For::completion},
    {"__wait_for_common", "a completion", For::completion},
    {"synchronize_rcu", "an RCU grace period", For::grace_period},
    {"synchronize_sched", "an RCU grace period", For::grace_period},
    {"synchronize_net", "an RCU grace period", For::grace_period},
    {"wait_rcu_gp", "an RCU grace period", For::grace_period},
    {"synchronize_srcu", "an SRCU grace period", For::readers},
    {"__synchronize_srcu", "an SRCU grace period", For::readers},
    {"rcu_barrier", "all RCU callbacks", For::callbacks},
    {"flush_work", "a work item to end", For::work},
    {"__flush_work", "a work item to end", For::work},
    {"cancel_work_sync", "a work item to end", For::work},
    {"flush_workqueue", "a workqueue to drain", For::work},
    {"__flush_workqueue", "a workqueue to drain", For::work},
    {"drain_workqueue", "a workqueue to drain", For::work},
    {"folio_wait_bit", "a page that is read, written or locked", For::io},
    {"folio_wait_writeback", "a page that is being written", For::io},
    {"wait_on_page_writeback", "a page that is being written", For::io},
    {"__filemap_fdatawait", "pages that are being written", For::io},
    {"__folio_lock", "a page that is locked, by its I/O or by a task", For::io},
    {"__lock_page", "a page that is locked, by its I/O or by a task", For::io},
    {"wait_on_page_bit", "a page that is read, written or locked", For::io},
    {"__wait_on_buffer", "a block that is read or written", For::io},
    {"io_schedule", "I/O to end", For::io},
    {"submit_bio_wait", "I/O to end", For::io},
    {"blk_execute_rq", "a request of a block device", For::io},
    {"blk_mq_get_tag", "a free request of a block device", For::io},
    {"blk_mq_freeze_queue_wait", "the requests of a block device to end", For::io},
    {"jbd2_log_wait_commit", "a journal commit", For::io},
    {"wait_transaction_locked", "a journal transaction", For::io},
    {"request_wait_answer", "an answer of a FUSE server", For::answer},
    {"p9_client_rpc", "an answer of a 9p server", For::answer},
    {"rpc_wait_bit_killable", "an answer of an NFS or other RPC server", For::answer},
    {"kthread_stop", "a kernel thread to end", For::thread},
    {"msleep", "nothing but time (msleep)", For::time},
    {"percpu_down_write", "all readers to leave", For::readers},
});

const Wait* wait_named(std::string_view name) {
  const Wait* found = nullptr;
  for (const auto& wait : waits)
    if (name.starts_with(wait.frame) && (!found || wait.frame.size() > found->frame.size())) found = &wait;
  return found;
}

// The innermost functions sleep; the first that does not is who waits.
const Wait* wait_in(const Stack& trace) {
  const Wait* found = nullptr;
  for (const auto& frame : trace.frames) {
    if (!frame.reliable) continue;
    const auto name = plain_symbol(frame.ref.symbol);
    const auto* wait = wait_named(name);
    if (wait) found = wait;
    if (!wait && !frame_roles(name).has(FrameRole::wait | FrameRole::lock | FrameRole::report)) break;
  }
  return found;
}

const Wait* wait_of(const Report& r) {
  const auto* trace = own_trace(r);
  return trace ? wait_in(*trace) : nullptr;
}

// A task that hangs with the report's, and waits for a lock.
struct LockWaiter {
  std::string task;
  const Frame* asks;
};
std::vector<LockWaiter> other_lock_waiters(const Report& r) {
  std::vector<LockWaiter> out;
  for (const auto& stack : r.stacks) {
    if (stack.role != StackRole::task_trace || is_repeat(stack) || !stack.pid) continue;
    const auto* wait = wait_in(stack);
    if (wait && wait->what == For::lock)
      out.push_back({stack.comm + " (pid " + std::to_string(*stack.pid) + ")", work_of(stack)});
  }
  return out;
}

constexpr std::string_view next_of(For what) {
  switch (what) {
    case For::lock:
      return "find who holds what it waits for: sysrq-w shows all blocked tasks, sysrq-d all locks (CONFIG_LOCKDEP)";
    case For::io:
      return "look why this I/O does not end: a device that does not answer (timeouts and resets in the log, requests "
             "in "
             "flight under /sys/block), or the driver or server below it";
    case For::grace_period:
      return "find what keeps the grace period from ending: a CPU or task that stays inside rcu_read_lock(), or RCU's "
             "own "
             "thread without CPU time; look for an RCU stall report (sysrq-l, sysrq-t)";
    case For::readers:
      return "find the reader that does not leave its section: sysrq-t shows where all tasks sleep";
    case For::callbacks:
      return "find which RCU callback does not return, or why none runs: an RCU stall report, the rcu threads in "
             "sysrq-t";
    case For::work:
      return "find the worker that runs the work and see where it sleeps (sysrq-t), or why none runs it";
    case For::thread:
      return "see where that thread sleeps (sysrq-t): it must look at kthread_should_stop()";
    case For::completion:
      return "find what should call complete() and does not: an interrupt or an answer of the device that never comes, "
             "a "
             "thread or work that ended or sleeps itself (sysrq-t)";
    case For::answer:
      return "look at the server that must answer: it is gone, hangs, or can't be reached";
    case For::time:
      return "nothing holds it up: it sleeps that long by itself, uninterruptibly; look at what waits for it";
  }
  return {};
}

// "Showing all locks held in the system:" (CONFIG_LOCKDEP): of two tasks that list a lock the one that waits lists it
// last, by the function in which it waits. True: somebody was named.
constexpr auto held_list = "the kernel's list of held locks";

bool name_holders(const Report& r, Explanation& e, std::string_view id) {
  if (!r.pid) return false;
  const auto told = e.findings.size();
  const auto locks = held_locks(r);
  const auto* wait = wait_of(r);
  const auto* asks = own_trace(r) ? work_of(*own_trace(r)) : nullptr;
  for (const auto& mine : locks) {
    if (mine.pid != *r.pid || mine.comm != r.comm) continue;
    const bool wanted =
        mine.last && wait && wait->what == For::lock && asks && source_name(asks->ref.symbol) == mine.at;
    for (const auto& other : locks) {
      if (other.address != mine.address || other.pid == mine.pid || (!wanted && !other.last)) continue;
      const auto task = other.comm + " (pid " + std::to_string(other.pid) + ")";
      // Of several that list it last, those that wait for it are among them.
      const auto rivals = std::ranges::count_if(
          locks, [&](const HeldLock& l) { return l.address == mine.address && l.pid != mine.pid; });
      if (wanted && other.last && rivals > 1)
        add_likely(e, id, mine.name + " is held, or waited for as well, by " + task + ", in " + taken_in(other),
                   held_list);
      else if (wanted)
        add_certain(e, id, mine.name + " is held by " + task + ", taken in " + taken_in(other), held_list);
      else
        add_certain(e, id, "it holds " + mine.name + ", taken in " + taken_in(mine) + ", for which " + task + " waits",
                    held_list);
    }
  }
  return e.findings.size() > told;
}

// Out of the locks themselves, where the log is a memory dump's. True: somebody was named.
bool name_dumped_holder(const Report& r, Explanation& e, std::string_view id) {
  return r.pid && tell_chain(r, waits_from(r, *r.pid), e, id, "the lock is held by ");
}

// The other way round: the report's own task holds what others wait for. True: it does.
bool name_dumped_waiters(const Report& r, Explanation& e, std::string_view id) {
  if (!r.machine || !r.pid || waits_from(r, *r.pid).closes) return false;
  bool holds = false;
  for (const DumpedLock& lock : r.machine->locks) {
    if (lock.owner != r.pid || lock.waiting.empty()) continue;
    holds = true;
    auto words = "it holds the " + lock_words(r, lock) + ", for which " + task_words(r, lock.waiting.front());
    if (lock.waiting.size() > 1) words += " and " + std::to_string(lock.waiting.size() - 1) + " more wait";
    add_certain(e, id, words + (lock.waiting.size() > 1 ? "" : " waits"), "the lock's owner in the dump");
  }
  return holds;
}

}  // namespace

std::string_view awaited_by(const Stack& stack) {
  const auto* wait = wait_in(stack);
  return wait ? wait->words : std::string_view();
}
std::string_view step_behind(const Stack& stack) {
  const auto* wait = wait_in(stack);
  return wait ? next_of(wait->what) : std::string_view();
}

// "courier_a (pid 119), in abba_a [kfx], and courier_b (pid 120), in abba_b [kfx], wait for locks"; empty where the
// report's own task waits for a lock itself, or nobody else does.
std::string lock_waiters(const Report& r) {
  const auto* own = wait_of(r);
  if (!own || own->what == For::lock) return {};
  const auto waiters = other_lock_waiters(r);
  if (waiters.empty()) return {};
  constexpr std::size_t told = 4;
  std::vector<std::string> words;
  for (std::size_t i = 0; i < waiters.size() && i < told; ++i)
    words.push_back(waiters[i].task + (waiters[i].asks ? " in " + source_name(waiters[i].asks->ref.symbol) : ""));
  if (waiters.size() > told) words.push_back(std::to_string(waiters.size() - told) + " more");
  return listed(words) + (waiters.size() == 1 ? " waits for a lock" : " wait for locks");
}

// Two tasks of which each holds what the other waits for. A waiter is listed last with the lock that it waits for.
void tell_deadlock(const Report& r, Explanation& e, std::string_view id) {
  const auto locks = held_locks(r);
  const auto hangs = [&](const HeldLock& lock) {
    return lock.pid == r.pid ||
           std::ranges::any_of(r.followed_by, [&](const FollowUp& f) { return f.pid == lock.pid; });
  };
  for (const auto& a : locks)
    for (const auto& b : locks) {
      if (a.last || b.last || a.pid >= b.pid || a.address == b.address || !hangs(a) || !hangs(b)) continue;
      const auto wants = [&](const HeldLock& by, const HeldLock& lock) {
        return std::ranges::any_of(
            locks, [&](const HeldLock& l) { return l.pid == by.pid && l.last && l.address == lock.address; });
      };
      if (!wants(a, b) || !wants(b, a)) continue;
      return add_certain(e, id,
                         "a deadlock (ABBA): " + a.comm + " holds " + a.name + " → waits for " + b.name + "; " +
                             b.comm + " holds " + b.name + " → waits for " + a.name,
                         held_list);
    }
}

// What else than the trace says what a task waits for.
std::string_view second_witness(const Report& r, const Wait& wait) {
  if (wait.what == For::io && r.fact(fact::blocked_how).find("I/O") != std::string_view::npos)
    return "that it is in I/O wait";
  if (wait.what != For::lock) return {};
  if (!r.fact(fact::blocker).empty()) return "the blocker that the kernel names";
  if (r.pid && !waits_from(r, *r.pid).links.empty()) return "the lock's list of waiters in the dump";
  const auto locks = held_locks(r);
  const bool listed = std::ranges::any_of(locks, [&](const HeldLock& lock) {
    return lock.last && lock.pid == r.pid && std::ranges::any_of(locks, [&](const HeldLock& other) {
             return other.address == lock.address && other.pid != lock.pid;
           });
  });
  return listed ? held_list : std::string_view();
}

void tell_wait(const Report& r, Explanation& e, std::string_view id) {
  const auto* wait = wait_of(r);
  if (!wait) return;
  const auto* asks = work_of(*own_trace(r));
  const std::string who = lock_waiters(r).empty() ? std::string("it") : r.comm;
  auto text = who + " waits for " + std::string(wait->words) + (asks ? ", asked for in " + place_of(*asks) : "");
  if (const auto second = second_witness(r, *wait); !second.empty())
    add_certain(e, id, std::move(text), "the call trace, and " + std::string(second));
  else
    add_likely(e, id, std::move(text), "the call trace");
}

void tell_blocker(const Report& r, Explanation& e, std::string_view id) {
  const auto holder = r.fact(fact::blocker);
  if (holder.empty()) return;
  add_likely(e, id, "the lock is likely held by " + std::string(holder), "the kernel's own words");
  if (!r.left_behind || !r.left_behind->holder)
    add_step(e, "read what " + std::string(holder) + " does: it must let go first");
}

void tell_holders(const Report& r, Explanation& e, std::string_view id) {
  const bool dumped = name_dumped_holder(r, e, id), holds = name_dumped_waiters(r, e, id);
  const bool named = name_holders(r, e, id) || dumped || !r.fact(fact::blocker).empty();
  tell_deadlock(r, e, id);
  const auto* wait = wait_of(r);
  const auto* asks = own_trace(r) ? work_of(*own_trace(r)) : nullptr;
  if (holds && wait && wait->what == For::time)
    return add_step(e, "it sleeps that long by itself, with the lock held: " +
                           (asks ? "in " + source_name(asks->ref.symbol) + ", " : std::string()) +
                           "let go of the lock before, or do not sleep uninterruptibly");
  if (!lock_waiters(r).empty() && !holds)
    add_step(
        e, std::string("begin with the tasks that wait for locks, each may hold what another wants: sysrq-d shows all "
                       "locks (CONFIG_LOCKDEP), CONFIG_PROVE_LOCKING their order"));
  if (!wait)
    add_step(e, "find what should wake it" + (asks ? " in " + source_name(asks->ref.symbol) : std::string()) +
                    ", and why it does not: sysrq-w shows all blocked tasks");
  else if (wait->what == For::lock && tell_left_behind(r, e, id, false))
    return;
  else if (wait->what != For::lock || !named)
    add_step(e, std::string(next_of(wait->what)));
}

}  // namespace unoops::kinds
