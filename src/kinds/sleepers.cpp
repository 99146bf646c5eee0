#include "kinds/sleepers.hpp"

#include <array>
#include <string>

#include "base/text.hpp"
#include "kinds/held_locks.hpp"
#include "kinds/place.hpp"
#include "kinds/rule.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

// By the file of might_sleep() that the header names, and by the functions above the culprit.
struct Sleeper {
  std::string_view files, functions;  // patterns, between blanks
  std::string_view instead;           // {} is where nothing forbids to sleep: "before &dev->lock is taken"
};
constexpr auto sleepers = std::to_array<Sleeper>({
    // v6.1 mm/page_alloc.c prepare_alloc_pages, mm/slab.h slab_pre_alloc_hook, include/linux/sched/mm.h might_alloc
    {" mm/page_alloc.c mm/slab.h mm/slub.c mm/slab.c mm/slob.c include/linux/sched/mm.h mm/mempool.c ",
     " kmalloc* __kmalloc* kmem_cache_alloc* *alloc_pages* ", "allocate there with GFP_ATOMIC, or {}"},
    {" mm/vmalloc.c mm/util.c ", " vmalloc* __vmalloc* vfree kvfree vunmap kvmalloc* ",
     "vmalloc() and vfree() always may sleep: call them {}, or use kmalloc() with GFP_ATOMIC"},
    {" kernel/locking/mutex.c kernel/mutex.c ", " mutex_lock* __mutex_lock* ",
     "take the mutex {}; or make it a spinlock if nothing under it sleeps"},
    {" kernel/locking/rwsem.c kernel/rwsem.c kernel/locking/semaphore.c ", " down down_* rwsem_down* __down_* ",
     "take the semaphore {}"},
    // PREEMPT_RT: v6.1 kernel/locking/spinlock_rt.c, rtmutex.c
    {" kernel/locking/spinlock_rt.c kernel/locking/rtmutex.c ", " rt_spin_lock* ",
     "on PREEMPT_RT a spinlock sleeps: take it {}, or make it a raw_spinlock_t"},
    {" include/linux/uaccess.h arch/x86/include/asm/uaccess.h mm/memory.c lib/usercopy.c lib/iov_iter.c "
     "lib/strncpy_from_user.c lib/strnlen_user.c arch/x86/lib/usercopy.c ",
     " _copy_from_user _copy_to_user copy_from_user copy_to_user strncpy_from_user ",
     "copy from or to user space {}, by way of a buffer of the kernel's"},
    {" kernel/sched/completion.c kernel/workqueue.c kernel/rcu/tree.c kernel/rcu/update.c kernel/irq/manage.c "
     "kernel/kthread.c kernel/time/timer.c ",
     " wait_for_completion* flush_work* __flush_work* cancel_work_sync cancel_delayed_work_sync __cancel_work* "
     "flush_workqueue* synchronize_rcu* synchronize_srcu* synchronize_irq free_irq kthread_stop del_timer_sync ",
     "wait for it {}; what must not wait uses call_rcu(), or lets a work item do it"},
    {" ", " msleep* usleep_range* schedule_timeout* ", "sleep {}; a short wait there is udelay() or mdelay()"},
});

template <class Test>
bool any_word(std::string_view words, const Test& test) {
  for (auto rest = trim_left(words); !rest.empty(); rest = trim_left(rest)) {
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    if (test(word)) return true;
  }
  return false;
}

// The functions from the innermost to the culprit, its own excluded.
bool calls(const Report& r, std::string_view functions) {
  const auto* trace = own_trace(r);
  const auto* culprit = culprit_frame(r);
  if (!trace) return false;
  for (const auto& frame : trace->frames) {
    if (&frame == culprit) return false;
    const auto name = plain_symbol(frame.ref.symbol);
    if (frame.reliable && any_word(functions, [&](std::string_view p) { return matches_pattern(name, p); }))
      return true;
  }
  return false;
}

bool is_exit(std::string_view name) {
  return name == "do_exit" || name == "do_task_dead" || name == "make_task_dead" || name == "do_group_exit";
}

const Sleeper* sleeper_of(const Report& r) {
  for (const auto& row : sleepers)
    if (any_word(row.files, [&](std::string_view file) { return is_in_file(r, file); }) || calls(r, row.functions))
      return &row;
  return nullptr;
}

bool says(const Report& r, std::string_view words) { return find_message_with(r, words) != nullptr; }

// Where it may sleep.
std::string where(const Report& r) {
  for (const auto& lock : held_locks(r))
    if (lock.spins && lock.pid == r.pid) return "before " + lock.name + " is taken";
  const auto nest = find_message(r, "RCU nest depth: ");
  // The second stands in the list of held locks.
  const bool in_rcu = (nest && !nest->starts_with("RCU nest depth: 0")) || says(r, "(rcu_read_lock");
  if (in_rcu) return "outside of rcu_read_lock(), or use SRCU";
  if (in_interrupt(r)) return "in a work item or a threaded interrupt handler: interrupts must not sleep";
  if (says(r, "irqs_disabled(): 1")) return "where interrupts are on";
  return "before what forbids it: a spinlock, preempt_disable() or rcu_read_lock()";
}

}  // namespace

void not_to_sleep(const Report& r, Explanation& e, std::string_view) {
  // A task that oopsed dies as it was: with its locks, and with preemption off (v6.1 kernel/exit.c make_task_dead).
  if (const auto name = place_name(r); is_exit(name))
    return add_step(
        e, (r.follows ? "look at report " + std::to_string(*r.follows) : std::string("look above for the oops")) +
               ": the task died there with a lock held or preemption off, and only shows it here");
  const auto* row = sleeper_of(r);
  if (!row) return;
  std::string text(row->instead);
  if (const auto gap = text.find("{}"); gap != std::string::npos) text.replace(gap, 2, where(r));
  const auto place = place_name(r);
  add_step(e, (place.empty() ? std::string() : "in " + place + ", ") + text);
}

}  // namespace unoops::kinds
