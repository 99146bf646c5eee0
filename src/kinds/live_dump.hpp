// A memory dump of a machine that nobody had stopped (by virsh dump, by QEMU's dump-guest-memory), or that somebody stopped
// because it hung: what its tasks wait for. No line tells it.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

// Does a task hang, as far as one look can tell: in a deadlock, or for longer than what it waits for should take?
bool hangs(const Report&);
// Which tasks, behind whom, and for how long.
void tell_hangs(const Report&, Explanation&, std::string_view id);

}  // namespace unoops::kinds
