// What people and test harnesses put in front of log lines.
#include "input/rows.hpp"

namespace unoops::input {

// "> ", ">> ", "> > ": mail. A '>' that stands directly before text is none: KASAN's memory dump marks its line with
// ">ffff888..." (mm/kasan/report.c, print_memory_metadata).
bool mail_quote(Peel& peel) {
  Scanner s = peel.rest;
  if (!s.lit(">")) return false;
  while (s.lit(">")) {
  }
  if (!s.at_end() && s.peek() != ' ' && s.peek() != '[' && s.peek() != '<') return false;
  s.lit(" ");
  peel.rest = s;
  return true;
}

// "| " and ": " of trackers, "# " of TAP (KernelCI, kselftest): believed with a transport behind them.
bool other_quote(Peel& peel) {
  Scanner s = peel.rest;
  const bool bare = s.rest().size() == 1 && (s.lit("|") || s.lit(":") || s.lit("#"));  // the blank was stripped
  if (!bare && !s.lit("| ") && !s.lit(": ") && !s.lit("# ")) return false;
  peel.rest = s;
  return true;
}

// Markdown's four blanks, a tracker's tab: believed with a transport behind them, since the kernel indents, too.
bool indentation(Peel& peel) {
  Scanner s = peel.rest;
  if (!is_blank(s.peek())) return false;
  s.blanks();
  if (s.at_end()) return false;
  peel.rest = s;
  return true;
}

}  // namespace unoops::input
