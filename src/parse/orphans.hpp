// What no open report takes: a trace without a head, and what is left of a report whose head is lost.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "input/plain_line.hpp"
#include "parse/open_reports.hpp"

namespace unoops::parse {

class Orphans {
 public:
  Orphans(OpenReports& reports, const Trace* trace) : reports_(reports), trace_(trace) {}

  // Opens a report for the line; false: it is nothing of a report.
  bool read(const LogLine&);
  // A line that opens nothing, and lives until catch_up().
  void pass(std::uint64_t number, const input::PlainLine&);
  void pass_parts(std::uint64_t lines) { parts_ += lines; }  // whose first words are a report's
  void catch_up();
  // Is it settled whether the log begins with parts of a dump?
  bool has_begun() const { return reports_.tick() > parts_ + 1; }

 private:
  bool read_remainder(const LogLine&);
  bool read_frame(const LogLine&);
  bool read_section(const LogLine&);
  bool open_headless(const LogLine&, const SectionHit&);
  struct Said {
    std::uint64_t number = 0, tick = 0;
    std::string_view text, caller;
    std::optional<std::int64_t> time_us;
  };
  void remember(const Said&);
  std::vector<PreludeLine> said_before(const LogLine&) const;

  OpenReports& reports_;
  const Trace* trace_;
  // Kept, because making them for every line costs: an empty report, to see what would be read if there were one, and
  // what the line may be.
  OpenReport probe_;
  std::vector<SectionHit> hits_;
  // The last lines that nobody took: the words of who asks for a trace stand right before it.
  struct Last {
    PreludeLine said;
    std::string caller;
    std::optional<std::int64_t> time_us;
  };
  std::array<Last, 4> last_;
  std::size_t next_ = 0;
  std::array<Said, 4> passed_;  // of those that were passed since the last catch_up() the last
  std::size_t passing_ = 0;
  // Lines of the source that nobody took, and that are parts of a dump: they do not tell why it was made.
  std::uint64_t parts_ = 0;
};

}  // namespace unoops::parse
