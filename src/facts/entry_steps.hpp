// The functions by which code of the kernel was entered, in the order in which they end a trace.
#pragma once

#include <array>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::facts {

enum class EntryWay { system_call, thread, boot };

struct EntryStep {
  std::string_view symbol;  // of the source
  EntryWay way;
  int step;  // of two steps of one way the larger is further out
  bool last = false;
};

// Of threads, and of the idle loop that boot ends in: v6.1 kernel/kthread.c, kernel/workqueue.c, kernel/smpboot.c,
// init/main.c, kernel/sched/idle.c. The architectures' own steps stand in their rows.
inline constexpr auto common_entry_steps = std::to_array<EntryStep>({
    {"worker_thread", EntryWay::thread, 1},
    {"smpboot_thread_fn", EntryWay::thread, 1},
    {"kernel_init", EntryWay::thread, 1},
    {"kthread", EntryWay::thread, 2},
    {"ret_from_fork", EntryWay::thread, 3},
    {"do_idle", EntryWay::boot, 1},
    {"cpu_startup_entry", EntryWay::boot, 2},
    {"start_secondary", EntryWay::boot, 3},
    {"rest_init", EntryWay::boot, 3},
    {"arch_call_rest_init", EntryWay::boot, 4},
    {"start_kernel", EntryWay::boot, 5},
});

}  // namespace unoops::facts
