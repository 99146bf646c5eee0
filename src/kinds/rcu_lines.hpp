// The rows of an RCU stall, one a CPU that RCU waits for (v6.1 kernel/rcu/tree_stall.h print_cpu_stall_info,
// rcu_print_task_stall; to v4.x kernel/rcu/tree.c, tree_plugin.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

//   "rcu: \t1-....: (717 ticks this GP) idle=60cc/1/0x4000000000000000 softirq=233/233 fqs=336"
//   "\t1: (717 ticks this GP) idle=60c/140000000000001/0"                                             to v3.19
// The second number of idle= is how deep the CPU is in the kernel or in user space, the third how deep in interrupts:
// none of either is the idle loop.
struct StalledCpu {
  unsigned cpu = 0;
  bool offline = false;
  bool irqs_off = false;  // RCU asked for an interrupt halfway, and it has not come
  bool took_irq = false;  // that interrupt came: they are on
  bool idle = false;
  bool false_positive = false;          // RCU's own doubt
  std::optional<std::uint64_t> ticks;   // of its timer, since it knows of this grace period
  std::optional<std::uint64_t> behind;  // so many grace periods it has not noticed
  std::string_view softirqs;            // "233/233": RCU's, when the grace period began and now
  std::string_view starved;             // how long its rcuc kthread did not run, in jiffies
};
std::optional<StalledCpu> read_stalled_cpu(std::string_view text);
std::vector<StalledCpu> stalled_cpus(const Report&);

// "Tasks blocked on level-0 rcu_node (CPUs 0-7): P4567/1:b..l P89", "{ 0-.... P12 } 21 jiffies": the pids
std::vector<std::int64_t> blocking_tasks(std::string_view text);

}  // namespace unoops::kinds
