// When a later report only goes on with an earlier one: the kernel repeats itself, or prints what the same access led
// to.
#pragma once

#include "base/rooms.hpp"
#include "kinds/kind.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

// The same stall of the same task, told again while it lasts (v6.1 kernel/watchdog.c, kernel/rcu/tree_stall.h).
Sequel same_stall(const Report& first, const Report& later);
// The other tasks of one pass of khungtaskd (v6.1 kernel/hung_task.c check_hung_uninterruptible_tasks), and the next.
Sequel same_pass(const Report& first, const Report& later);
// The task's preemption count stays wrong: each time that it sleeps tells so (v6.1 kernel/sched/core.c __schedule_bug).
Sequel same_imbalance(const Report& first, const Report& later);
// The same bug on the sanitizer's next look (kasan.multi_shot; KFENCE beside KASAN), and the oops of the access that
// was reported: KASAN looks first, then the access is done (v6.1 mm/kasan/generic.c).
Sequel same_access(const Report& first, const Report& later);

// A check that fails again in the same place, whoever runs into it.
Sequel same_place(const Report& first, const Report& later);
// The same device, or who else reports hardware's trouble, has the same kind of trouble again.
Sequel same_device(const Report& first, const Report& later);
// The same bank of the same CPU. Banks of several CPUs may tell of one event, but nobody knows.
Sequel same_bank(const Report& first, const Report& later);

}  // namespace unoops::kinds
