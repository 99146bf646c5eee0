// Moments of the wall clock, as logs print them and people say them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::base {

using Microseconds = std::int64_t;  // since 1970 began, UTC

// What a log prints: ISO 8601 ("2026-11-28T09:30:12.345678+01:00", with a blank or a comma, too), syslog ("Nov 28
// 09:30:12"), date(1) and dmesg -T ("Sat Nov 28 09:30:12 2026"), seconds since 1970. Without a zone it is the local
// time; without a year it is the last such day that is not after tomorrow. Nothing: it is none of these, as months in
// other languages, or a clock without a day.
std::optional<Microseconds> wall_clock(std::string_view text, Microseconds now);

// What people say, as journalctl --since takes it (systemd.time(7)): the forms above, "2026-11-28", "2026-11-28 09:30", "09:30",
// "now", "today", "yesterday", "tomorrow", "-2h", "+1h30min", "3 days ago", "@1764322212".
std::optional<Microseconds> moment(std::string_view words, Microseconds now);

}  // namespace unoops::base
