// Android's logcat, and what vendors' kernels print between the time and the text.
#include "input/clock.hpp"
#include "input/rows.hpp"

namespace unoops::input {

namespace {

bool is_logcat_level(char c) {
  return c == 'V' || c == 'D' || c == 'I' || c == 'W' || c == 'E' || c == 'F' || c == 'S';
}

std::string_view trim(std::string_view s) {
  while (s.starts_with(' ')) s.remove_prefix(1);
  while (s.ends_with(' ')) s.remove_suffix(1);
  return s;
}

// A task's lines stay together under its pid; the idle tasks share pid 0, so there the CPU tells them apart.
void set_caller(Peel& peel, unsigned cpu, unsigned pid) {
  *peel.caller = pid != 0 ? "T" + std::to_string(pid) : "C" + std::to_string(cpu);
  peel.line.caller = *peel.caller;
}

}  // namespace

// logcat -v threadtime: "01-06 10:11:12.345     0     0 W         : [   12.345678] text", with a year and a zone, too.
// The kernel's lines have pid 0 and no tag.
bool logcat_threadtime(Peel& peel) {
  Scanner s = peel.rest;
  std::string_view wall;
  unsigned pid = 0;
  unsigned tid = 0;
  std::string_view program;
  const auto clock = [](Scanner& t) {
    Scanner u = t;
    if (!date(u) && !(digits(u, 2) && u.lit("-") && digits(u, 2))) return false;
    if (!u.lit(" ") || !hms(u)) return false;
    t = u;
    return true;
  };
  if (!taken(s, wall, clock) || !is_blank(s.peek())) return false;
  s.blanks();
  if (zone(s)) s.blanks();
  if (!s.dec(pid) || !is_blank(s.peek()) || !s.blanks().dec(tid) || !s.lit(" ") || !is_logcat_level(s.peek()))
    return false;
  s = Scanner(s.rest().substr(1));
  if (!s.until(": ", program)) return false;
  peel.line.wall_time = wall;
  peel.line.kernel = pid == 0 && trim(program).empty();
  peel.rest = s;
  return true;
}

// logcat -v brief: "W/        (    0): text"
bool logcat_brief(Peel& peel) {
  Scanner s = peel.rest;
  std::string_view program;
  unsigned pid = 0;
  if (!is_logcat_level(s.peek())) return false;
  s = Scanner(s.rest().substr(1));
  if (!s.lit("/") || !s.until("(", program) || !s.blanks().dec(pid) || !s.lit("): ")) return false;
  peel.line.kernel = pid == 0 && trim(program).empty();
  peel.rest = s;
  return true;
}

// Samsung: "[2:    kworker/2:1:  123] text", "I[0:      swapper/0:    1] text"
bool samsung_context(Peel& peel) {
  Scanner s = peel.rest;
  unsigned cpu = 0;
  unsigned pid = 0;
  std::string_view comm;
  if (!peel.line.time_us) return false;
  s.blanks();
  if (s.peek() >= 'A' && s.peek() <= 'Z') s = Scanner(s.rest().substr(1));
  if (!s.lit("[") || !s.blanks().dec(cpu) || !s.lit(":")) return false;
  constexpr std::size_t longest = 64;
  const auto close = s.rest().substr(0, longest).find("] ");
  if (close == std::string_view::npos) return false;
  Scanner inside(s.rest().substr(0, close));
  if (!inside.until_last(":", comm) || trim(comm).find_first_not_of("0123456789:") == std::string_view::npos)
    return false;
  if (!inside.blanks().dec(pid) || !inside.at_end()) return false;
  set_caller(peel, cpu, pid);
  peel.rest = Scanner(s.rest().substr(close + 2));
  return true;
}

// MediaTek: ".(1)[123:init]text", " -(0)[0:swapper/0]text", "  (0)[1:init]text", with no blank behind it; old:
// "(CPU:1-pid:123:init) text"
bool mediatek_context(Peel& peel) {
  Scanner s = peel.rest;
  unsigned cpu = 0;
  unsigned pid = 0;
  std::string_view comm;
  if (!peel.line.time_us) return false;
  Scanner old = s;
  if (old.lit(" ") && old.peek() == '(') s = old;
  if (s.lit("(CPU:")) {
    if (!s.dec(cpu) || !s.lit("-pid:") || !s.dec(pid) || !s.lit(":") || !s.until(") ", comm)) return false;
  } else {
    if (!s.lit(".") && !s.lit("-") && s.peek() != '(') return false;
    if (!s.lit("(") || !s.dec(cpu) || !s.lit(")[") || !s.dec(pid) || !s.lit(":") || !s.until("]", comm)) return false;
  }
  set_caller(peel, cpu, pid);
  peel.rest = s;
  return true;
}

// Spreadtrum: "C1 [   kworker/1:1] text"
bool spreadtrum_context(Peel& peel) {
  Scanner s = peel.rest;
  unsigned cpu = 0;
  std::string_view comm;
  if (!peel.line.time_us || !s.lit("C") || !s.dec(cpu) || !s.lit(" [") || !s.until("] ", comm) || comm.size() < 15)
    return false;
  *peel.caller = "C" + std::to_string(cpu);
  peel.line.caller = *peel.caller;
  peel.rest = s;
  return true;
}

}  // namespace unoops::input
