#include "facts/leaving.hpp"

#include "facts/frames.hpp"

namespace unoops::facts {

Departure departure_of(const Stack& stack) {
  Departure out;
  bool exits = false, signal = false, work = false;
  for (const auto& frame : stack.frames) {
    if (!frame.reliable) continue;
    const auto name = plain_symbol(frame.ref.symbol);
    exits |= name == "do_exit" || name == "do_group_exit" || name == "make_task_dead";
    signal |= name == "get_signal" || name == "get_signal_to_deliver";
    work |= name == "task_work_run";
    out.closes_file |= !work && (name == "__fput" || name == "____fput");
  }
  if (exits)
    out.how = signal ? Leaving::killed : Leaving::exits;
  else if (work)
    out.how = signal ? Leaving::signal_work : Leaving::delayed_work;
  return out;
}

}  // namespace unoops::facts
