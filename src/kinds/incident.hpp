// When a later report only goes on with an earlier one: the kernel repeats itself, or prints what the same access led
// to.
#pragma once

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

// The same stall of the same task, told again while it lasts (v6.1 kernel/watchdog.c, kernel/rcu/tree_stall.h).
bool same_stall(const Report& first, const Report& later);
// The other tasks of one pass of khungtaskd (v6.1 kernel/hung_task.c check_hung_uninterruptible_tasks), and the next.
bool same_pass(const Report& first, const Report& later);
// The task's preemption count stays wrong: each time that it sleeps tells so (v6.1 kernel/sched/core.c __schedule_bug).
bool same_imbalance(const Report& first, const Report& later);
// The same bug on the sanitizer's next look (kasan.multi_shot; KFENCE beside KASAN), and the oops of the access that
// was reported: KASAN looks first, then the access is done (v6.1 mm/kasan/generic.c).
bool same_access(const Report& first, const Report& later);

}  // namespace unoops::kinds
