// Locks as lockdep prints them: v6.1 kernel/locking/lockdep.c print_lock, print_lock_name.
#pragma once

#include <optional>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/stack.hpp"

namespace unoops::kinds {

//   (&bdev->bd_mutex){+.+.}, at: [<ffffffff8232bf0e>] foo+0x1e/0x40                    to v4.15
//   000000000199d5d7 (&bdev->bd_mutex){+.+.}, at: foo+0x1e/0x40                       to v5.6
//   ffff888026df22b8 (&new->fa_lock){.+.+}-{2:2}, at: kill_fasync+0x14b/0x460         since v5.7
struct LockText {
  std::string_view address;
  std::string_view name;   // may hold anything, blanks and brackets too
  std::string_view usage;  // "+.+."
  std::string_view wait;   // "2:2"
  std::optional<Frame> at;
};

// The whole line is one lock, with or without its place.
std::optional<LockText> read_lock(std::string_view text);

}  // namespace unoops::kinds
