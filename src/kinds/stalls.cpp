#include "kinds/stalls.hpp"

#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

// Did it try to take a lock, further in than the frame to look at?
bool spins(const Report& r) {
  const auto* place = look_frame(r);
  for (const auto& stack : r.stacks)
    for (const auto& frame : stack.frames) {
      if (&frame == place) return false;
      if (frame.reliable && frame_roles(frame.ref.symbol).has(FrameRole::lock)) return true;
    }
  return false;
}

// No bad pointer names a stall, what was running does. Nothing to look at: no advice.
void advise(const Report& r, Explanation& e, std::string_view id, std::string (*loop)(const std::string& name)) {
  const auto* frame = look_frame(r);
  if (!frame || !frame->reliable) return;
  const auto name = place_name(r);
  if (!spins(r)) return add_step(e, loop(name));
  add_finding(e, id, "it spins on a lock that " + name + " takes");
  add_step(e, "find who holds that lock: this CPU itself (taken twice, or by what was interrupted), or another");
}

}  // namespace

void tell_loop(const Report& r, Explanation& e, std::string_view id) {
  advise(r, e, id, [](const std::string& name) {
    return "look for a loop in or above " + name + " whose end does not come; a long one needs cond_resched()";
  });
}

void tell_loop_without_interrupts(const Report& r, Explanation& e, std::string_view id) {
  advise(r, e, id, [](const std::string& name) {
    return "interrupts are off in or above " + name + ": look for a loop there that does not end";
  });
}

}  // namespace unoops::kinds
