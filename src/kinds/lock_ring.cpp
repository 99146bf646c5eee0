#include "kinds/lock_ring.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "facts/frames.hpp"
#include "kinds/rule.hpp"

namespace unoops::kinds {
namespace {

using How = RingEdge::How;

// Where what is no lock is "taken": v6.1 kernel/workqueue.c, kernel/time/timer.c, kernel/sched/completion.c.
struct Door {
  std::string_view function;
  How how;
  LockSort sort;
};
constexpr auto doors = std::to_array<Door>({
    {"process_one_work", How::runs, LockSort::work},
    {"call_timer_fn", How::runs, LockSort::timer},
    {"start_flush_work", How::waits, LockSort::work},
    {"flush_work", How::waits, LockSort::work},
    {"__flush_work*", How::waits, LockSort::work},
    {"flush_delayed_work", How::waits, LockSort::work},
    {"cancel_work_sync", How::waits, LockSort::work},
    {"cancel_delayed_work_sync", How::waits, LockSort::work},
    {"__cancel_work_timer", How::waits, LockSort::work},
    {"__cancel_work_sync", How::waits, LockSort::work},
    {"disable_work_sync", How::waits, LockSort::work},
    {"disable_delayed_work_sync", How::waits, LockSort::work},
    {"touch_work_lockdep_map", How::waits, LockSort::work},
    {"touch_wq_lockdep_map", How::waits, LockSort::workqueue},
    {"flush_workqueue*", How::waits, LockSort::workqueue},
    {"__flush_workqueue", How::waits, LockSort::workqueue},
    {"drain_workqueue", How::waits, LockSort::workqueue},
    {"destroy_workqueue", How::waits, LockSort::workqueue},
    {"del_timer_sync", How::waits, LockSort::timer},
    {"timer_delete_sync", How::waits, LockSort::timer},
    {"__timer_delete_sync", How::waits, LockSort::timer},
    {"timer_shutdown_sync", How::waits, LockSort::timer},
    {"wait_for_completion*", How::waits, LockSort::completion},
    {"wait_for_common*", How::waits, LockSort::completion},
    {"__wait_for_common*", How::waits, LockSort::completion},
});

const Door* door_of(const Frame& f) {
  const auto name = plain_symbol(f.ref.symbol);
  const auto at = std::ranges::find_if(doors, [&](const Door& door) { return matches_pattern(name, door.function); });
  return at == doors.end() || !f.ref.module.empty() ? nullptr : &*at;
}

// Whose names stand in brackets or quotes is no lock: "(&x->work)", "(&d->timer)", "\"%s\"name" to v4.14.
bool may_be_no_lock(std::string_view name) {
  return sort_of_name(name) != LockSort::lock || name.starts_with("(&") || name.starts_with('"');
}

// Takes a lock on behalf of its caller: rtnl_lock, cpus_read_lock, lock_sock_nested, pipe_lock.
bool is_wrapper(const Frame& f) {
  const auto name = plain_symbol(f.ref.symbol);
  static constexpr auto ends =
      std::to_array<std::string_view>({"_lock", "_lock_nested", "_lock_killable", "_lock_interruptible", "_lock_bh"});
  return f.ref.module.empty() &&
         (name.starts_with("lock_") || std::ranges::any_of(ends, [&](auto end) { return name.ends_with(end); }));
}

// Who takes the lock; of what is no lock, the functions that wait for it or run it stand before.
void read_taker(const Stack& stack, RingEdge& edge) {
  const bool no_lock = may_be_no_lock(edge.lock.name);
  edge.lock.sort = sort_of_name(edge.lock.name);
  for (const auto& frame : stack.frames) {
    if (!frame.reliable || frame.ref.symbol.empty()) continue;
    const auto* door = no_lock ? door_of(frame) : nullptr;
    if (door) {
      edge.how = door->how;
      edge.by = plain_symbol(frame.ref.symbol);
      if (edge.lock.sort == LockSort::lock)
        edge.lock.sort = edge.lock.name.starts_with('"') ? LockSort::workqueue : door->sort;
      if (door->how == How::runs) return;
      continue;
    }
    if (frame_roles(frame.ref.symbol).has(FrameRole::lock | FrameRole::report | FrameRole::atomic)) continue;
    if (edge.at && frame_roles(frame.ref.symbol).has(FrameRole::system_call)) return;
    edge.at = &frame;
    if (!is_wrapper(frame)) return;
  }
}

std::string while_held(const RingLock& held) {
  switch (held.sort) {
    case LockSort::lock:
      return " while " + held.name + " is held";
    case LockSort::completion:
      return " before " + words_of(held) + " is told";
    case LockSort::workqueue:
      return ", by work of " + words_of(held);
    default:
      return ", by " + words_of(held);
  }
}

std::string waited_for(const RingLock& lock) {
  return words_of(lock) + (lock.sort == LockSort::workqueue    ? " to drain"
                           : lock.sort == LockSort::completion ? ""
                                                               : " to end");
}

}  // namespace

LockSort sort_of_name(std::string_view name) {
  if (name.starts_with("(work_completion)")) return LockSort::work;
  if (name.starts_with("(wq_completion)")) return LockSort::workqueue;
  if (name.starts_with("(completion)")) return LockSort::completion;
  return LockSort::lock;
}

std::string words_of(const RingLock& lock) {
  static constexpr std::string_view sorts[] = {"", "the work ", "the workqueue ", "the timer ", "the completion "};
  if (lock.sort == LockSort::lock) return lock.name;
  std::string_view name = lock.name;
  for (const std::string_view mark : {"(work_completion)", "(wq_completion)", "(completion)"})
    if (name.starts_with(mark)) name.remove_prefix(mark.size());
  if (name.size() > 2 && name.starts_with('(') && name.ends_with(')')) name = name.substr(1, name.size() - 2);
  return std::string(sorts[static_cast<int>(lock.sort)]) + std::string(name);
}

std::vector<RingEdge> lock_ring(const Report& r) {
  std::vector<RingEdge> ring;
  for (const auto& stack : r.stacks) {
    if (stack.role != StackRole::lock_chain) continue;
    const auto open = stack.label.find('('), close = stack.label.rfind("){");
    if (open == std::string::npos || close == std::string::npos || close < open) continue;
    RingEdge edge;
    edge.lock.name = stack.label.substr(open + 1, close - open - 1);
    read_taker(stack, edge);
    ring.push_back(std::move(edge));
  }
  if (ring.size() < 2) return {};
  std::ranges::reverse(ring);  // "-> #0", the wanted lock, is printed last
  for (std::size_t i = 0; i < ring.size(); ++i) ring[i].held = ring[(i + ring.size() - 1) % ring.size()].lock;
  return ring;
}

std::string words_of(const RingEdge& edge) {
  if (edge.how == How::runs) {
    const bool on_queue = edge.lock.sort == LockSort::work && edge.held.sort == LockSort::workqueue;
    return words_of(edge.lock) + (on_queue ? " runs on " + words_of(edge.held) : " runs" + while_held(edge.held));
  }
  if (!edge.at) return {};
  if (edge.how == How::waits)
    return place_of(*edge.at) + " waits for " + waited_for(edge.lock) + " (" + std::string(edge.by) + ")" +
           while_held(edge.held);
  return edge.lock.name + " is taken in " + place_of(*edge.at) + while_held(edge.held);
}

const RingEdge* waits_under_lock(const std::vector<RingEdge>& ring) {
  const auto at = std::ranges::find_if(ring, [](const RingEdge& e) {
    return e.how == How::waits && e.at && e.held.sort == LockSort::lock && e.lock.sort != LockSort::completion;
  });
  return at == ring.end() ? nullptr : &*at;
}

}  // namespace unoops::kinds
