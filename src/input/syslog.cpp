// Syslog daemons' files and wire forms, and the short forms of journalctl (systemd, src/shared/logs-show.c).
#include <array>

#include "input/clock.hpp"
#include "input/priority.hpp"
#include "input/rows.hpp"

namespace unoops::input {

namespace {

constexpr std::array<std::string_view, 4> kernel_tags{"kernel", "klogd", "kern", "vmunix"};

bool is_host(char c) { return is_word(c) || c == '.' || c == '-' || c == ':' || c == ',' || c == '@'; }

struct Tag {
  std::string_view program;
  bool pid = false;
};

// "kernel:", "kernel[0]:", "sshd[99]:", "(systemd)[1]:": a word that ends in a colon, with a blank, the end or a time
// behind it.
bool tag(Scanner& s, Tag& out) {
  Scanner ahead = s;
  std::string_view id;
  std::string_view program;
  if (!ahead.run([](char c) { return !is_blank(c) && c != ':' && c != '['; }, program)) return false;
  bool pid = false;
  if (ahead.lit("[")) {
    if (!ahead.run([](char c) { return is_word(c); }, id) || !ahead.lit("]")) return false;
    pid = true;
  }
  if (!ahead.lit(":")) return false;
  if (!ahead.at_end() && ahead.peek() != ' ' && ahead.peek() != '[') return false;
  out = {program, pid};
  s = ahead;
  return true;
}

// busybox and OpenWrt: "kern.warn "
bool facility_and_level(Scanner& s, LogLine& line) {
  Scanner ahead = s;
  std::string_view facility;
  std::string_view level;
  if (!ahead.run(is_word, facility) || !ahead.lit(".") || !ahead.run(is_word, level) || !ahead.lit(" ")) return false;
  const auto number = index_of(level_names(), level);
  if (!index_of(facility_names(), facility) || !number) return false;
  line.level = number;
  s = ahead;
  return true;
}

// ChromeOS: "WARNING "
bool level_word(Scanner& s, LogLine& line) {
  static constexpr std::array<std::string_view, 8> names{"EMERG ",   "ALERT ",  "CRIT ", "ERR ",
                                                         "WARNING ", "NOTICE ", "INFO ", "DEBUG "};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!s.lit(names[i])) continue;
    line.level = static_cast<int>(i);
    return true;
  }
  return false;
}

// rsyslogd: "last message repeated 3 times"; "message repeated 2 times: [ text]"
bool repeat_notice(Scanner& s, Peel& peel) {
  Scanner ahead = s;
  unsigned times = 0;
  if (!ahead.lit("last message repeated ") && !ahead.lit("message repeated ")) return false;
  if (!ahead.dec(times) || !ahead.lit(" times")) return false;
  peel.repeats = times;
  if (ahead.lit(": [")) {
    ahead.lit(" ");
    std::string_view text = ahead.rest();
    if (text.ends_with(']')) text.remove_suffix(1);
    ahead = Scanner(text);
  }
  s = ahead;
  return true;
}

// What stands behind the time: «host» «facility.level» tag. Sure: a kernel tag, or a tag with a pid, or a host that we
// know. Otherwise the time was some other program's stamp, and these words are the text.
bool host_and_tag(Scanner& s, Peel& peel) {
  Scanner ahead = s;
  LogLine line = peel.line;
  Tag who;
  std::string_view host;
  bool known = false;
  const bool no_host = level_word(ahead, line) || facility_and_level(ahead, line) || tag(ahead, who);
  if (who.program.empty()) {
    if (!no_host) {
      if (!ahead.run(is_host, host) || !ahead.lit(" ")) return false;
      known = host == peel.memory->host;
      ahead.blanks();
      known = facility_and_level(ahead, line) || known;
      Peel notice = peel;
      if (known && repeat_notice(ahead, notice)) {
        peel = notice;
        peel.line.host = host;
        s = ahead;
        return true;
      }
    }
    if (!tag(ahead, who)) return false;
  }
  line.kernel = is_kernel_tag(who.program);
  if (!line.kernel && !who.pid && !known) return false;
  const bool tag_alone =
      no_host && !line.level && !peel.line.level;  // "IOAPIC[0]: text" behind a stamp is the kernel's
  if (!line.kernel && tag_alone && !peel.memory->no_host) return false;
  if (line.kernel && tag_alone) peel.memory->no_host = true;
  ahead.lit(" ");
  if (line.kernel) {
    Scanner again = ahead;  // "kernel: kernel: text"
    Tag twice;
    if (tag(again, twice) && twice.program == who.program && again.lit(" ")) ahead = again;
    repeat_notice(ahead, peel);  // rsyslogd keeps the tag
  }
  if (!host.empty() && !known) peel.memory->host.assign(host.substr(0, 255));
  line.host = host;
  peel.line = line;
  peel.octal_escapes = true;
  s = ahead;
  return true;
}

}  // namespace

bool is_kernel_tag(std::string_view program) {
  for (const auto name : kernel_tags)
    if (program == name) return true;
  return false;
}

// "<4>1 2025-01-06T10:11:12.345678+01:00 host kernel - - - text" (RFC 5424)
bool rfc5424(Peel& peel) {
  Scanner s = peel.rest;
  LogLine line = peel.line;
  std::string_view wall;
  std::string_view host;
  std::string_view program;
  std::string_view ignored;
  unsigned octets = 0;  // over TCP (RFC 6587)
  if (s.dec(octets) && !s.lit(" ")) return false;
  if (!level_mark(s, line) || !s.lit("1 ")) return false;
  if (!(taken(s, wall, iso_time) || s.lit("-")) || !s.lit(" ") || !s.word(host) || !s.lit(" ") || !s.word(program) ||
      !s.lit(" ") || !s.word(ignored) || !s.lit(" ") || !s.word(ignored) || !s.lit(" "))
    return false;
  if (s.peek() == '[') {  // [id name="value with \] and \""]...
    bool quoted = false;
    std::size_t i = 0;
    const std::string_view text = s.rest();
    for (; i < text.size(); ++i) {
      if (text[i] == '\\')
        ++i;
      else if (text[i] == '"')
        quoted = !quoted;
      else if (text[i] == ']' && !quoted && (i + 1 == text.size() || text[i + 1] == ' '))
        break;
    }
    if (i >= text.size()) return false;
    s = Scanner(text.substr(i + 1));
  } else if (!s.lit("-")) {
    return false;
  }
  s.lit(" ");
  s.lit("\xEF\xBB\xBF");
  line.wall_time = wall;
  if (host != "-") line.host = host;
  line.kernel = is_kernel_tag(program);
  peel.line = line;
  peel.octal_escapes = true;
  peel.rest = s;
  return true;
}

// "Jan  6 10:11:12 host kernel: text", the same with an ISO time (rsyslog's FileFormat, journalctl short-iso), with <4>
// on the wire
bool syslog_line(Peel& peel) {
  Scanner s = peel.rest;
  Peel ahead = peel;
  std::string_view wall;
  level_mark(s, ahead.line);
  if (!taken(s, wall, syslog_time) && !taken(s, wall, iso_time)) return false;
  if (!s.lit(" ") || wall.find(',') != std::string_view::npos) return false;  // the comma is dmesg's
  ahead.line.wall_time = wall;
  if (!host_and_tag(s, ahead)) return false;
  peel = ahead;
  peel.rest = s;
  return true;
}

// journalctl -o short-full, with-unit: "Mon 2025-01-06 10:11:12 CET host kernel: text"
bool journal_full(Peel& peel) {
  Scanner s = peel.rest;
  Peel ahead = peel;
  std::string_view wall;
  const auto full = [](Scanner& t) {
    std::string_view zone_name;
    Scanner u = t;
    if (!(day_name(u) || local_name(u)) || !u.lit(" ") || !date(u) || !u.lit(" ") || !hms(u) || !u.lit(" ") ||
        !u.word(zone_name))
      return false;
    t = u;
    return true;
  };
  if (!taken(s, wall, full) || !s.lit(" ")) return false;
  ahead.line.wall_time = wall;
  if (!host_and_tag(s, ahead)) return false;
  peel = ahead;
  peel.rest = s;
  return true;
}

// journalctl -o short-unix: "1736154672.345678 host kernel: text"
bool journal_unix(Peel& peel) {
  Scanner s = peel.rest;
  Peel ahead = peel;
  std::string_view wall;
  const auto epoch = [](Scanner& t) { return digits(t, 10) && t.lit(".") && digits(t, 6); };
  if (!taken(s, wall, epoch) || !s.lit(" ")) return false;
  ahead.line.wall_time = wall;
  if (!host_and_tag(s, ahead)) return false;
  peel = ahead;
  peel.rest = s;
  return true;
}

// journalctl -o short-monotonic and short-delta: behind "[   93.120044] ", which looks like the kernel's own time
bool journal_monotonic(Peel& peel) {
  Scanner s = peel.rest;
  std::string_view host;
  if (!peel.line.time_us || !s.run(is_host, host) || host.ends_with(':') || !s.lit(" ")) return false;
  const bool known = host == peel.memory->host;
  if (!known && s.peek() != 'k') return false;
  Tag who;
  if (!tag(s, who) || !s.lit(" ")) return false;
  if (!known && !is_kernel_tag(who.program)) return false;
  if (!known) peel.memory->host.assign(host.substr(0, 255));
  peel.line.host = host;
  peel.line.kernel = is_kernel_tag(who.program);
  peel.rest = s;
  return true;
}

// OpenWrt's logread: "Mon Jan  6 10:11:12 2025 kern.warn kernel: [   93.120044] text"
bool openwrt_logread(Peel& peel) {
  Scanner s = peel.rest;
  Peel ahead = peel;
  std::string_view wall;
  if (!taken(s, wall, ctime_time) || !s.lit(" ")) return false;
  ahead.line.wall_time = wall;
  if (!host_and_tag(s, ahead)) return false;
  peel = ahead;
  peel.rest = s;
  return true;
}

// syslogd's broadcast to every terminal: " kernel:[   50.100001] Oops: ..."
bool wall_broadcast(Peel& peel) {
  Scanner s = peel.rest;
  s.lit(" ");
  if (!s.lit("kernel:")) return false;
  s.lit(" ");
  peel.rest = s;
  peel.broadcast = true;
  return true;
}

}  // namespace unoops::input
