// dmesg of util-linux (sys-utils/dmesg.c, 2.38): the renderings that are not the kernel's own.
#include "input/clock.hpp"
#include "input/priority.hpp"
#include "input/rows.hpp"

namespace unoops::input {

namespace {

// "kern  :"
bool padded_name(Scanner& s, std::span<const std::string_view> names, int& index) {
  Scanner ahead = s;
  std::string_view word;
  if (!ahead.run(is_word, word)) return false;
  const auto found = index_of(names, word);
  if (!found || !ahead.blanks().lit(":")) return false;
  index = *found;
  s = ahead;
  return true;
}

// "<    0.000123>", journalctl's "<    0.000010 >" too.
bool delta(Scanner& s) {
  Scanner ahead = s;
  std::int64_t us = 0;
  if (!ahead.lit("<") || !seconds(ahead, us)) return false;
  ahead.lit(" ");
  if (!ahead.lit(">")) return false;
  s = ahead;
  return true;
}

// The caller behind a time of dmesg's own, and the one blank.
void caller_and_blank(Peel& peel, Scanner& s) {
  Scanner behind = s;
  behind.lit(" ");
  if (caller_id(behind, peel.line.caller)) s = behind;
  s.lit(" ");
}

}  // namespace

// -x: "kern  :warn  : [    1.234567] text"
bool dmesg_decoded(Peel& peel) {
  Scanner s = peel.rest;
  int facility = 0;
  int level = 0;
  if (!padded_name(s, facility_names(), facility) || !padded_name(s, level_names(), level)) return false;
  s.lit(" ");
  peel.line.level = level;
  peel.line.kernel = facility == 0;
  peel.rest = s;
  return true;
}

// -T: "[Mon Jan  6 10:11:12 2025] text"; with -d: "[Mon Jan  6 10:11:12 2025 <    0.000123>] text"
bool dmesg_ctime(Peel& peel) {
  Scanner s = peel.rest;
  std::string_view wall;
  if (!s.lit("[") || !taken(s, wall, ctime_time)) return false;
  if (s.lit(" ") && !delta(s)) return false;
  if (!s.lit("]")) return false;
  peel.line.wall_time = wall;
  caller_and_blank(peel, s);
  peel.rest = s;
  return true;
}

// -d: "[   12.345678 <    0.000123>] text"; delta alone: "[<    0.000123>] text"
bool dmesg_delta(Peel& peel) {
  Scanner s = peel.rest;
  std::int64_t us = 0;
  if (!s.lit("[")) return false;
  const bool time = seconds(s, us) && s.lit(" ");
  if (!delta(s) || !s.lit("]")) return false;
  if (time) peel.line.time_us = us;
  caller_and_blank(peel, s);
  peel.rest = s;
  return true;
}

// -e: "[Jan 6 10:11] text" for the first line of a minute ("%b%e %H:%M"), then "[  +0.000123] text"
bool dmesg_reltime(Peel& peel) {
  Scanner s = peel.rest;
  if (!s.lit("[")) return false;
  std::string_view wall;
  const bool minute = taken(s, wall, [](Scanner& t) {
    Scanner ahead = t;
    std::string_view day;
    if (!month_name(ahead) || !ahead.blanks().run(is_digit, day) || !ahead.lit(" ") || !digits(ahead, 2) ||
        !ahead.lit(":") || !digits(ahead, 2))
      return false;
    t = ahead;
    return true;
  });
  if (minute) {
    peel.line.wall_time = wall;
  } else {
    std::int64_t us = 0;
    if (!(s.blanks().lit("+") || s.lit("-")) || !seconds(s, us)) return false;  // clocks of two CPUs
  }
  if (!s.lit("]")) return false;
  caller_and_blank(peel, s);
  peel.rest = s;
  return true;
}

// --time-format iso: "2025-01-06T10:11:12,345678+01:00 text": no brackets, and a comma
bool dmesg_iso(Peel& peel) {
  Scanner s = peel.rest;
  std::string_view wall;
  if (!taken(s, wall, iso_time) || wall.find(',') == std::string_view::npos || (!s.at_end() && s.peek() != ' '))
    return false;
  peel.line.wall_time = wall;
  caller_and_blank(peel, s);
  peel.rest = s;
  return true;
}

}  // namespace unoops::input
