// The clocks that people and programs print, as Scanner verbs: true and advanced, or false and unmoved.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/scanner.hpp"

namespace unoops::input {

bool day_name(Scanner&);    // "Mon"
bool month_name(Scanner&);  // "Jan"
// Where a locale's name of a month or a day stands, a word of any language is one: "Mär", "déc.", "lun.", "кві", "3月".
// What surrounds it has to be the rest of a date.
bool local_name(Scanner&);
bool minute_time(Scanner&);                // "Jul 30 08:55", "Jul30 08:55", "30. Jul 08:55", "7月30 08:55"
bool hms(Scanner&, bool fraction = true);  // "10:11:12", "10:11:12.345678"
bool digits(Scanner&, std::size_t n);      // exactly n of them
bool date(Scanner&);                       // "2025-01-06"
bool iso_time(Scanner&);                   // "2025-01-06T10:11:12.345678+01:00", ",345678", "Z", "+0100", none
bool syslog_time(Scanner&);                // "Jan  6 10:11:12", "Mär 06 10:11:12.345678", "Jan  6 2025 10:11:12"
bool ctime_time(Scanner&);                 // "Mon Jan  6 10:11:12 2025"
bool zone(Scanner&);                       // "+0100", "+01:00", "Z"

// "   12.345678": seconds since boot, as "%5lu.%06lu" (kernel/printk/printk.c, print_time). 3 and 9 digits, too; a
// comma where a locale has it for the point (dmesg -H, -d).
bool seconds(Scanner&, std::int64_t& us);

// What a verb took, as text.
template <class Verb>
bool taken(Scanner& s, std::string_view& out, Verb verb) {
  const std::string_view before = s.rest();
  if (!verb(s)) return false;
  out = before.substr(0, before.size() - s.rest().size());
  return true;
}

}  // namespace unoops::input
