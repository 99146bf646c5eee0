// Lines → reports: which report a line belongs to.
#pragma once

#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "parse/contests.hpp"
#include "parse/dump.hpp"
#include "parse/learner.hpp"
#include "parse/open_reports.hpp"
#include "parse/opener.hpp"
#include "parse/orphans.hpp"
#include "parse/prelude.hpp"

namespace unoops::parse {

class LineRouter {
 public:
  LineRouter(std::string file, OpenReports::Done done, const Trace* trace)
      : reports_(std::move(file), std::move(done), trace),
        opener_(reports_, preludes_, troubles_, trace),
        orphans_(reports_, trace),
        learner_([this](const LogLine& line, bool may_open) { route(line, may_open); },
                 [this] { preludes_.clear(), troubles_.clear(); }, trace),
        trace_(trace) {}

  void read(const LogLine& line) { learner_.take(line); }
  void read_waiting() { learner_.release(); }                                  // the lines that wait for others
  void crash(const CrashDump& dump) { parse::crash(dump, reports_, trace_); }  // the log ended
  void close_all(std::string_view why);
  void hand_out_until(std::uint64_t line, std::string_view why) { reports_.hand_out_until(line, why); }
  // The quiet path, as ReportParser has it.
  bool is_quiet() const;
  bool pass(std::uint64_t number, const input::PlainLine&);
  void pass_unseen(std::uint64_t unseen, std::uint64_t parts, std::uint64_t last);
  void pass_plain(const input::PlainLine&, std::uint64_t number, bool part);
  void catch_up();
  const Kernel& kernel() const { return reports_.kernel(); }
  int boots() const { return reports_.boots(); }
  const Troubles& troubles() const { return troubles_; }

 private:
  void route(const LogLine&, bool may_open);
  // Each tries one way to give the line to a report; false: no report took it.
  bool take_inline_copy(const LogLine&);
  bool take_section(const LogLine&);
  bool take_next_frame(const LogLine&);
  bool take_kind_line(const LogLine&);
  bool keep_words_behind(const LogLine&);
  bool take_bracketed(const LogLine&);
  bool note_drop(const LogLine&);

  void note_glued(const LogLine&);
  void find_candidates(const LogLine&, bool several, bool is_frame);
  void note_taken(const LogLine&, const Candidate& taken, bool contested);
  void note_refused(const LogLine&);
  void note_unread(const LogLine&);

  OpenReports reports_;
  Preludes preludes_;
  Troubles troubles_;
  Opener opener_;
  Orphans orphans_;
  Learner learner_;                // what it takes off comes back to route()
  const Trace* trace_;             // null: nobody wants to know
  std::uint64_t last_number_ = 0;  // of the line before, where a transport was recognised in it
  std::uint64_t passed_number_ = 0;
  std::vector<SectionHit> hits_;  // of the line that is being read; kept, because making them for every line costs
  std::vector<Candidate> candidates_;
  FrameLine frame_;  // where the line is one
};

}  // namespace unoops::parse
