// Time stamps that loggers of any text put in front: ts, minicom, conserver, LAVA, Jenkins, GitHub, GitLab, container
// runtimes.
#include "input/clock.hpp"
#include "input/escapes.hpp"
#include "input/rows.hpp"

namespace unoops::input {

namespace {

// The blanks behind a stamp belong to it only as far as the stamper prints them: the text may be indented. What stands
// in front of the kernel's own prefix tells how many there are.
void blanks_behind_stamp(Scanner& s, Memory& memory) {
  Scanner ahead = s;
  std::string_view blanks;
  if (!ahead.run([](char c) { return c == ' '; }, blanks)) return;
  if (ahead.peek() == '[' || ahead.peek() == '<') memory.stamp_blanks = blanks.size();
  const auto n = blanks.size() < memory.stamp_blanks ? blanks.size() : memory.stamp_blanks;
  s = Scanner(s.rest().substr(n));
}

bool stamp(Peel& peel, bool (*clock)(Scanner&)) {
  Scanner s = peel.rest;
  std::string_view wall;
  if (!taken(s, wall, clock) || (!s.at_end() && s.peek() != ' ')) return false;
  blanks_behind_stamp(s, *peel.memory);
  peel.line.wall_time = wall;
  peel.rest = s;
  return true;
}

// Kubernetes and CRI-O: "stdout F "; GitLab: "01O ", "01O+"
void stream_mark(Scanner& s) {
  if (s.lit("stdout F ") || s.lit("stderr F ") || s.lit("stdout P ") || s.lit("stderr P ")) return;
  Scanner ahead = s;
  if (digits(ahead, 2) && (ahead.lit("O") || ahead.lit("E")) && (ahead.lit(" ") || ahead.lit("+"))) s = ahead;
}

bool date_and_time(Scanner& s) {
  Scanner ahead = s;
  if (!date(ahead) || !(ahead.lit(" ") || ahead.lit("T")) || !hms(ahead)) return false;
  zone(ahead);
  s = ahead;
  return true;
}

bool string_value(Scanner s, std::string_view key, std::string_view& value) {
  for (const char quote : {'"', '\''}) {
    Scanner ahead = s;
    std::string_view before;
    // {"dt": "...", "lvl": "target", "msg": "..."} or {dt: '...', lvl: target, msg: '...'}
    if (!ahead.until(key, before)) return false;
    ahead.lit("\"");
    if (!ahead.lit(": ") || !ahead.lit(std::string_view(&quote, 1))) continue;
    const auto rest = ahead.rest();
    std::size_t i = 0;
    for (; i < rest.size() && rest[i] != quote; ++i)
      if (quote == '"' && rest[i] == '\\') ++i;
    if (i >= rest.size()) return false;
    value = rest.substr(0, i);
    return true;
  }
  return false;
}

}  // namespace

// ts: "Jan 06 10:11:12 text"
bool ts_stamp(Peel& peel) { return stamp(peel, syslog_time); }

// ts -s: "00:00:12 text"; LAVA: "10:11:12.345678  text"; Jenkins: "10:11:12  text"
bool clock_stamp(Peel& peel) {
  return stamp(peel, [](Scanner& s) { return hms(s); });
}

// ts %.s: "1736154672.345678 text"
bool epoch_stamp(Peel& peel) {
  return stamp(peel, [](Scanner& s) {
    Scanner ahead = s;
    std::string_view fraction;
    if (!digits(ahead, 10) || !ahead.lit(".") || !ahead.run(is_digit, fraction)) return false;
    s = ahead;
    return true;
  });
}

// "2025-01-06T10:11:12.3456789Z text" (GitHub), "...Z 01O text" (GitLab), "...Z stdout F text" (containers)
bool iso_stamp(Peel& peel) {
  Scanner s = peel.rest;
  std::string_view wall;
  if (!taken(s, wall, iso_time) || (!s.at_end() && s.peek() != ' ')) return false;
  s.lit(" ");
  stream_mark(s);
  peel.line.wall_time = wall;
  if (s.rest().starts_with("##[")) peel.line.kernel = false;  // the workflow's own commands
  peel.rest = s;
  return true;
}

// GitLab: "section_start:1736154672:name[options]\r\e[0K" and the section's title, on the same line (cleaned here)
bool gitlab_section(Peel& peel) {
  Scanner s = peel.rest;
  std::string_view word;
  if (!s.lit("section_start:") && !s.lit("section_end:")) return false;
  if (!s.run(is_digit, word) || !s.lit(":") || !s.word(word)) return false;
  s.lit(" ");
  if (s.at_end()) {
    peel.line.kernel = false;
    peel.structure = true;
  } else {
    peel.rest = s;
  }
  return true;
}

// minicom, screen: "[2025-01-06 10:11:12.345] text"; Jenkins: "[2025-01-06T10:11:12.345Z] text"
bool bracket_stamp(Peel& peel) {
  Scanner s = peel.rest;
  std::string_view wall;
  if (!s.lit("[") || !taken(s, wall, date_and_time) || !s.lit("]")) return false;
  s.lit(" ");
  peel.line.wall_time = wall;
  peel.rest = s;
  return true;
}

// LAVA: - {"dt": "2025-01-06T10:11:12.345678", "lvl": "target", "msg": "[    1.234567] text"}
bool lava_yaml(Peel& peel) {
  Scanner s = peel.rest;
  if (!s.lit("- {")) return false;
  std::string_view dt;
  std::string_view message;
  if (!string_value(s, "dt", dt) || !string_value(s, "msg", message)) return false;
  const bool target =
      s.rest().find("target") < s.rest().find("msg") || s.rest().find("feedback") < s.rest().find("msg");
  peel.line.kernel = target;
  peel.line.wall_time = dt;
  peel.rest = Scanner(unescape_json(message, *peel.room));
  return true;
}

}  // namespace unoops::input
