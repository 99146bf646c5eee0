// A report that is being read, and what parse/ keeps of it to tell whose a line is. Readers of lines see the builder
// alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arch/arch.hpp"
#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"
#include "kinds/kind.hpp"
#include "parse/prelude.hpp"

namespace unoops::parse {

// When the report's first and last lines were read, by the count of the lines that say something (OpenReports::tick).
struct Ticks {
  std::uint64_t first = 0, last = 0;
};

// What the report's next line looks like, apart from its text.
struct Turn {
  std::uint64_t last_line = 0;  // the number of the line before it in the source
  bool prefixed = false;        // its lines carry a transport's prefix: a bare line among them is user space's
  std::string guest;            // the caller id of the CPU that prints its own trace into this report
};

// Where lines of the report may be missing, or may be another report's. Each is a number of frames: what was read
// before them is not in doubt.
struct Contest {
  // Frames read when a line fitted a second open report too (the log has no caller ids).
  std::optional<std::size_t> at;
  // The same, but that second report has printed nothing since the younger of the two began. It may be over, so this
  // counts only if it prints again.
  std::optional<std::size_t> maybe_at;
  // Frames read when the kernel said "N messages dropped", or when two messages shared a line.
  std::optional<std::size_t> dropped_at;
  // Another report took a line that could have been ours. If this one prints again, both are contested.
  bool lost_turn = false;
  std::size_t settled = 0;  // frames read before the line that is being read
};

// Lines among those of the report that hold words of a report, and that nothing could read.
struct Unread {
  std::size_t count = 0;
  std::uint64_t first = 0;  // its number
  std::string text;
};

struct OpenReport {
  OpenReport() = default;
  explicit OpenReport(ReportBuilder&& read) : builder(std::move(read)) {}

  ReportBuilder builder;
  const Kind* kind = nullptr;
  const Arch* arch = nullptr;  // null: no line has told it yet

  Turn turn;
  Contest contest;
  Ticks ticks;
  Unread unread;
  std::vector<PreludeLine> said;  // behind the headline: the report's own if a line of it follows
  // Right before its first line, where no header announced it: may be the words of who asked for it.
  std::vector<PreludeLine> before;
  bool orphan = false;            // a panic that comes from a report which the log does not hold
  bool debugger_follows = false;  // behind its last line somebody looks at the machine with a debugger
  bool begins_log = false;        // no line of the kernel stands before it
  bool cut = false;               // the log ends with a line of this report, so that more of it may be missing
  std::size_t bytes = 0;          // of the lines kept in report().raw
  // Handed out before all of its lines may have come, because the input paused: under this number, with the lines up to
  // this tick. 0: not yet.
  std::uint64_t told = 0, told_tick = 0;
  std::uint64_t serial = 0;  // reports are counted as they open: --explain-parse names them so

  Report& report() { return builder.report; }
  const Report& report() const { return builder.report; }
  // Something that can bring the machine down: an oops, a BUG, an exception.
  bool died() const { return builder.die || report().die_number; }
};

// What the caller ids say: the line is the report's, another's, or one of the two has no caller id.
enum class SameCaller { no, unknown, yes };
SameCaller same_caller(const OpenReport&, const LogLine&);

}  // namespace unoops::parse
