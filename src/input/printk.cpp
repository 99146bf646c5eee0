// The kernel's own prefix: «<level>»«[time]»«[caller]»␠text (kernel/printk/printk.c, info_print_prefix, v6.1).
#include "input/clock.hpp"
#include "input/rows.hpp"

namespace unoops::input {

namespace {

constexpr int kern_default = 4;

bool is_level_letter(char c) { return c == 'c' || c == 'd'; }

bool is_caller(std::string_view id) {
  if (id.size() < 2 || (id.front() != 'T' && id.front() != 'C')) return false;
  for (const char c : id.substr(1))
    if (!is_digit(c)) return false;
  return true;
}

}  // namespace

bool is_padded_caller(std::string_view text) { return is_caller(trim_left(text)); }

bool bracketed_seconds(Scanner& s, std::int64_t& us) {
  Scanner ahead = s;
  if (!ahead.lit("[") || !seconds(ahead, us) || !ahead.lit("]")) return false;
  s = ahead;
  return true;
}

bool caller_id(Scanner& s, std::string_view& caller) {
  Scanner ahead = s;
  std::string_view id;
  if (!ahead.lit("[") || ahead.blanks().peek() == '\0' || !ahead.run(is_word, id) || !ahead.lit("]")) return false;
  if (!is_caller(id)) return false;
  caller = id;
  s = ahead;
  return true;
}

bool level_mark(Scanner& s, LogLine& line) {
  Scanner ahead = s;
  unsigned priority = 0;
  if (!ahead.lit("<")) return false;
  if (is_level_letter(ahead.peek())) {  // <c> continuation, <d> default: 2.6.x to 3.5
    ahead = Scanner(ahead.rest().substr(1));
    priority = kern_default;
  } else if (!ahead.dec(priority) || priority > 191) {  // 23 facilities, 8 levels
    return false;
  }
  if (!ahead.lit(">")) return false;
  line.level = static_cast<int>(priority & 7);
  line.kernel = line.kernel && priority < 8;  // others wrote to /dev/kmsg
  s = ahead;
  return true;
}

// "systemd[1]: Reached target", "app[101]: BUG: no route": what programs write to /dev/kmsg has a tag as for syslog
// (v6.1 kernel/printk/printk.c devkmsg_write), and a console does not show the facility that would tell. No report of
// the kernel's begins so but ia64's "swapper/0[1]: Oops 8813272891392 [1]" (v6.1 arch/ia64/kernel/traps.c die).
bool is_programs(std::string_view text) {
  static constexpr auto of_name = [](char c) {
    return is_word(c) || std::string_view("-./@()").find(c) != std::string_view::npos;
  };
  Scanner s(text);
  std::string_view name;
  std::int64_t number = 0;
  if (!s.run(of_name, name) || name == "kernel" || !s.lit("[") || !s.dec(number) || !s.lit("]: ")) return false;
  if (s.lit("bugcheck! ")) return false;
  return !(s.lit("Oops ") && s.dec(number) && s.lit(" ["));
}

bool printk_prefix(Peel& peel) {
  Scanner ahead = peel.rest;
  LogLine line = peel.line;
  const bool level = level_mark(ahead, line);
  std::int64_t us = 0;
  const bool time = bracketed_seconds(ahead, us);
  std::string_view caller;
  Scanner behind = ahead;
  if (time) behind.lit(" ");                          // util-linux 2.40 puts a blank between time and caller
  const bool has_caller = caller_id(behind, caller);  // without a time, too: printk.time=0
  if (has_caller) ahead = behind;
  if (!level && !time && !has_caller) return false;
  if (time) line.time_us = us;
  if (time && !line.kernel && !level && !peel.structure && find_glued_prefix(peel.rest.rest(), 0) == 0)
    line.kernel = true;  // a program that logs a kernel's console
  if (has_caller) line.caller = caller;
  if (time || has_caller) ahead.lit(" ");
  peel.line = line;
  peel.rest = ahead;
  return true;
}

// Something else was printed first, and the kernel did not start a line of its own: "login: [   16.312345] BUG: ...".
// Here the time has to look exactly as the kernel prints it, since text may well hold other brackets.
std::size_t find_glued_prefix(std::string_view text, std::size_t from) {
  constexpr std::size_t shortest = std::string_view("[    1.234567]").size();
  constexpr std::size_t longest = 2 * shortest;
  for (auto at = text.find('[', from); at != std::string_view::npos && at + shortest <= text.size();
       at = text.find('[', at + 1)) {
    const auto close = text.substr(at, longest).find(']');
    if (close == std::string_view::npos || close + 1 < shortest) continue;
    if (const char point = text[at + close - 7]; point != '.' && point != ',') continue;
    Scanner s(text.substr(at));
    std::int64_t us = 0;
    if (!bracketed_seconds(s, us)) continue;
    if (!s.at_end() && s.peek() != ' ' && s.peek() != '[') continue;
    if (at >= from + 3 && text[at - 1] == '>' && text[at - 3] == '<' && text[at - 2] >= '0' && text[at - 2] <= '7')
      return at - 3;
    return at;
  }
  return std::string_view::npos;
}

}  // namespace unoops::input
