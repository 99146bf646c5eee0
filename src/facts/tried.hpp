// What the log shows to be tried already: advice must not repeat it.
#pragma once

#include <optional>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::facts {

// The value of a kernel's option ("" where it has none: "nokaslr"); nullopt: not given, or the log does not tell.
std::optional<std::string_view> boot_option(const Kernel&, std::string_view name);

// slub_debug (slab_debug since v6.9): does SLUB keep who allocated and who freed an object (U, or no flags: all)?
bool slub_tracks_users(const Kernel&);

// Is the kernel built with KASAN? By its frames, its own report, or the words of the oops: "Oops: 0002 [#1] SMP KASAN".
bool runs_kasan(const Report&);

}  // namespace unoops::facts
