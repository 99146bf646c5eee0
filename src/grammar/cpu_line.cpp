#include "grammar/cpu_line.hpp"

#include <algorithm>

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
  if (!s.blanks().word(out.release)) return true;
  out.version = trim(s.rest());
  if (const auto at = out.version.rfind(' '); at != std::string_view::npos && is_build_id(out.version.substr(at + 1))) {
    out.build_id = out.version.substr(at + 1);
    out.version = trim(out.version.substr(0, at));
  }
  return true;
}

std::optional<CpuLine> read_cpu_line(std::string_view text) {
  CpuLine line;
  Scanner s(text);
  int cpu = 0;
  std::int64_t number = 0;
  if (s.lit("CPU: ")) {
    if (!s.blanks().dec(cpu)) return std::nullopt;
    line.cpu = cpu;
    if (s.blanks().lit("UID: ")) {
      if (!s.blanks().dec(number)) return std::nullopt;
      line.uid = number;
    }
    if (!s.blanks().lit("PID: ") || !s.blanks().dec(number) || !s.blanks().lit("Comm:")) return std::nullopt;
  } else if (!(s.lit("Pid: ") && s.blanks().dec(number) && s.lit(", comm:"))) {  // to v3.8
    return std::nullopt;
  }
  line.pid = number;
  s.lit(" ");
  const auto rest = s.rest();
  const auto at = find_taint(rest);
  auto comm = rest.substr(0, at);
  if (at != std::string_view::npos) read_taint_and_release(rest.substr(at), line);
  comm = trim_right(comm);
  if (comm.ends_with("Kdump: loaded")) comm = trim_right(comm.substr(0, comm.size() - 13));
  line.comm = comm;
  return line;
}

}  // namespace unoops::grammar
