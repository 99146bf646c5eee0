// A transport: what stands between the start of a line and the kernel's text (or the next transport).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/log_line.hpp"
#include "grammar/scanner.hpp"
#include "input/kmsg.hpp"

namespace unoops::input {

// The order in which transports stand on a line, outermost first. Quotes and stamps may repeat; of the others there is
// one each.
enum class Layer : std::uint8_t {
  quote,    // mail, trackers, TAP: "> ", "# "
  stamp,    // what a logger of any text puts in front: ts, conserver, CI, container runtimes
  record,   // one program's log format: syslog, journal, dmesg's renderings, logcat
  printk,   // the kernel's own <level>[time][caller]
  context,  // vendors' CPU, task and pid behind the time
};

enum class Belief : std::uint8_t {
  sure,        // the shape alone is proof
  learned,     // too common a shape ("12:00:01 text"): believed where a record or the kernel's own prefix stands behind
               // it, and from then on
  with_inner,  // believed only if a record or the kernel's own prefix follows on the same line
};

// What earlier lines taught. Small and fixed in size: it outlives every line.
struct Memory {
  std::string host;                   // of the last syslog line that was surely one
  std::uint64_t trusted = 0;          // bit n: row n of the table was confirmed by what stood behind it
  bool no_blank = false;              // "[Mon Jan  6 10:11:12 2025]text"
  std::uint64_t once = 0, twice = 0;  // `learned` rows of the last line, and of the line before it
  bool no_host = false;               // syslog lines have none here: "Jan  6 10:11:12 kernel: text"
  std::size_t stamp_blanks = 1;       // between a stamp and the text
};

// A line on its way through the transports.
struct Peel {
  Scanner rest{std::string_view()};  // what is left
  LogLine line;                      // what was learned
  Memory* memory = nullptr;
  std::string* caller = nullptr;  // room for a caller id that the log prints in parts ("[2:kworker/2:1:  123]")
  std::string* room = nullptr;    // room for text that a transport escapes as a whole (JSON strings)
  std::optional<KmsgHeader> kmsg;
  unsigned repeats = 0;        // "last message repeated N times"
  bool octal_escapes = false;  // rsyslog's #012
  bool structure = false;      // a line of the transport itself: nothing that a kernel said
  bool broadcast = false;      // syslogd wrote it to a terminal, too
};

struct Transport {
  std::string_view name;
  Layer layer;
  std::string_view first;  // the bytes that it can start with: most rows need no call to say no
  // Advances `rest` behind the transport and fills `line`, or changes nothing and returns false.
  bool (*read)(Peel&);
  Belief belief;
  std::span<const std::string_view> samples;  // lines that it reads
};

// In the order of precedence.
std::span<const Transport> transports();

// Takes every transport off that fits. True: a record or the kernel's own prefix was among them.
bool take_off(Peel&, Layer from);

}  // namespace unoops::input
