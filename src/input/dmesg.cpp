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

// "<    0.000123>", journalctl's "<    0.000010 >" too, which is blank where there is nothing to compare with.
bool delta(Scanner& s) {
  Scanner ahead = s;
  std::int64_t us = 0;
  if (!ahead.lit("<") || (!seconds(ahead, us) && !is_blank(ahead.peek())) || !ahead.blanks().lit(">")) return false;
  s = ahead;
  return true;
}

// "lun. janv.  6 10:11:12 2025": day and month as the locale has them ("%a %b %e %H:%M:%S %Y"); crash's `log -T` puts
// the zone before the year.
bool local_time(Scanner& s) {
  constexpr std::size_t longest = 64;
  const std::string_view text = s.rest().substr(0, longest);
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon < 5) return false;
  const auto day = text.substr(0, colon - 3).find_last_of(' ');
  if (day == std::string_view::npos || day == 0) return false;
  for (const char c : text.substr(0, day))
    if (is_digit(c) ? day < 4 : c == '[' || c == ']' || c == '<') return false;
  Scanner ahead(s.rest().substr(day));
  std::string_view number;
  std::string_view zone_name;
  if (!ahead.blanks().run(is_digit, number) || number.size() > 2 || !ahead.lit(" ") || !hms(ahead) || !ahead.lit(" "))
    return false;
  if (!is_digit(ahead.peek()) && !(ahead.run(is_symbol, zone_name) && ahead.lit(" "))) return false;
  if (!digits(ahead, 4)) return false;
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
  if (!dmesg_ctime(peel) && !dmesg_delta(peel) && !dmesg_reltime(peel)) dmesg_iso(peel);  // -x with a time's option
  return true;
}

// -T: "[Mon Jan  6 10:11:12 2025] text"; with -d: "[Mon Jan  6 10:11:12 2025 <    0.000123>] text"
bool dmesg_ctime(Peel& peel) {
  Scanner s = peel.rest;
  std::string_view wall;
  if (!s.lit("[") || (!taken(s, wall, ctime_time) && !taken(s, wall, local_time))) return false;
  if (s.lit(" ") && !delta(s)) return false;
  if (!s.lit("]")) return false;
  peel.line.wall_time = wall;
  // conserver prints the text directly behind the bracket: there, a blank is the text's.
  if (!s.at_end() && s.peek() != ' ' && s.peek() != '[') peel.memory->no_blank = true;
  if (!peel.memory->no_blank) caller_and_blank(peel, s);
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

// -e: "[Jan 6 10:11] text" for the first line of a minute ("%b%e %H:%M", in German "%e. %b %H:%M"), then "[  +0.000123]
// text"
bool dmesg_reltime(Peel& peel) {
  Scanner s = peel.rest;
  if (!s.lit("[")) return false;
  std::string_view wall;
  const bool minute = taken(s, wall, minute_time);
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
