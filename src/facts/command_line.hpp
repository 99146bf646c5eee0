// What the boot's command line asked for: advice must not repeat what this log has tried already.
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

}  // namespace unoops::facts
