// lockdep's "existing dependency chain" as a ring: who takes what where, and who waits for whom. Works, workqueues,
// timers and completions take part as if they were locks (v6.1 include/linux/lockdep.h lock_map_acquire).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

enum class LockSort { lock, work, workqueue, timer, completion };

struct RingLock {
  LockSort sort = LockSort::lock;
  std::string name;  // as lockdep prints it: "(work_completion)(&peer->work)"
};

// "(work_completion)(&peer->work)" → a work, from v4.15 on by its name. Older ones tell by where they are taken alone.
LockSort sort_of_name(std::string_view name);
// "the work &peer->work"; a lock's own name.
std::string words_of(const RingLock&);

// `lock` is taken, or waited for, while `held` is held.
struct RingEdge {
  enum class How { takes, waits, runs };
  How how = How::takes;
  RingLock held, lock;
  const Frame* at = nullptr;  // who does it; null: not told
  std::string_view by;        // the function that waits: "cancel_work_sync"
};

// From the wanted lock on: its own edge, which closes the ring, is the first. Empty: the log has no chain.
std::vector<RingEdge> lock_ring(const Report&);

// "wg_set_device waits for the workqueue wg-kex-wireguard1 to drain (flush_workqueue) while &lock is held"
std::string words_of(const RingEdge&);

// Somebody waits, under a lock, for a work, a workqueue or a timer that needs this lock; null: nobody.
const RingEdge* waits_under_lock(const std::vector<RingEdge>&);

}  // namespace unoops::kinds
