#include "grammar/cpu_line.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "grammar/symbol_ref.hpp"

namespace unoops::grammar {
namespace {

// Where the taint words start. From the right: a comm may hold "Tainted: ", too.
std::size_t find_taint(std::string_view text) {
  const auto yes = text.rfind("Tainted: "), no = text.rfind("Not tainted");
  if (yes == std::string_view::npos) return no;
  return no == std::string_view::npos ? yes : std::max(yes, no);
}

// "Pid: 14359, comm:", "Pid: 812, CPU 1, comm:"
bool read_old_task(Scanner& in, CpuLine& out) {
  Scanner s = in;
  std::int64_t pid = 0;
  int cpu = 0;
  if (!s.lit("Pid: ") || !s.blanks().dec(pid)) return false;
  if (s.lit(", CPU ")) {
    if (!s.dec(cpu)) return false;
    out.cpu = cpu;
  }
  if (!s.lit(", comm:")) return false;
  out.pid = pid;
  in = s;
  return true;
}

// Behind "CPU: ": "1 UID: 0 PID: 771 Comm:"
bool read_task(Scanner& in, CpuLine& out) {
  Scanner s = in;
  std::int64_t number = 0;
  if (s.blanks().lit("UID: ")) {
    if (!s.blanks().dec(number)) return false;
    out.uid = number;
  }
  if (!s.blanks().lit("PID: ") || !s.blanks().dec(number) || !s.blanks().lit("Comm:")) return false;
  out.pid = number;
  in = s;
  return true;
}

bool is_taint_letters(std::string_view word) {
  return !word.empty() && word.size() <= 24 &&
         std::ranges::all_of(word, [](char c) { return c == '-' || (c >= 'A' && c <= 'Z'); });
}

}  // namespace

bool read_taint_and_release(std::string_view text, CpuLine& out) {
  Scanner s(text);
  if (s.lit("Tainted: ")) {
    // Letters and blanks up to the first word that is not letters alone; RHEL 7 prints dashes for bits that are not
    // set.
    const char* first = s.rest().data();
    std::string_view word;
    Scanner ahead = s;
    while (ahead.blanks().word(word) && is_taint_letters(word)) s = ahead;
    out.taint = trim({first, static_cast<std::size_t>(s.rest().data() - first)});
  } else if (!s.lit("Not tainted") && !s.lit("Not Tainted")) {
    return false;
  }
  if (read_release_in_brackets(s.blanks(), out)) {
    out.hardware = trim(s.rest());
    return true;
  }
  if (!s.blanks().word(out.release)) return true;
  out.version = trim(s.rest());
  // utsname's version stands behind the release (lib/dump_stack.c dump_stack_print_info): the line was cut.
  if (out.version.empty()) out.half_release = std::exchange(out.release, {});
  if (const auto at = out.version.rfind(' '); at != std::string_view::npos && is_build_id(out.version.substr(at + 1))) {
    out.build_id = out.version.substr(at + 1);
    out.version = trim(out.version.substr(0, at));
  }
  return true;
}

bool read_release_in_brackets(Scanner& in, CpuLine& out) {
  Scanner s = in;
  std::string_view inner, release;
  if (!s.lit("(") || !is_digit(s.peek()) || !s.until(")", inner)) return false;
  Scanner words(inner);
  if (!words.word(release) || release.find('.') == std::string_view::npos) return false;
  out.release = release;
  out.version = trim(words.rest());
  in = s;
  return true;
}

std::optional<CpuLine> read_cpu_line(std::string_view text) {
  CpuLine line;
  Scanner s(text);
  int cpu = 0;
  const bool old = read_old_task(s, line);
  if (!old) {
    if (!s.lit("CPU: ") || !s.blanks().dec(cpu)) return std::nullopt;
    line.cpu = cpu;
    if (!read_task(s, line)) {
      if (!read_taint_and_release(s.blanks().rest(), line)) return std::nullopt;
      return line;
    }
  }
  s.lit(" ");
  const auto rest = s.rest();
  const auto at = find_taint(rest);
  auto comm = rest.substr(0, at);
  if (at != std::string_view::npos) read_taint_and_release(rest.substr(at), line);
  // The version's first word, and then the machine (arch/x86/kernel/process.c show_regs_common).
  if (const auto blank = line.version.find(' '); old && blank != std::string_view::npos) {
    line.hardware = trim(line.version.substr(blank));
    line.version = line.version.substr(0, blank);
  }
  comm = old ? trim(comm) : trim_right(comm);
  if (comm.ends_with("Kdump: loaded")) comm = trim_right(comm.substr(0, comm.size() - 13));
  line.comm = comm;
  return line;
}

}  // namespace unoops::grammar
