// A task on its way out of the kernel, or out of the world: what it does there is no system call's doing any more.
#pragma once

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::facts {

enum class Leaving {
  none,
  killed,        // a signal ends it: get_signal → do_exit
  exits,         // do_exit() for another reason
  signal_work,   // it handles a signal, and before it what was put off: get_signal → task_work_run
  delayed_work,  // what was put off until it goes back to user space: task_work_run
};

struct Departure {
  Leaving how = Leaving::none;
  bool closes_file = false;  // __fput
};

// By the calls of one trace. v6.1 kernel/signal.c get_signal, kernel/exit.c, kernel/task_work.c, fs/file_table.c
Departure departure_of(const Stack&);

}  // namespace unoops::facts
