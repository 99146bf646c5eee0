// Learns what a logger that no transport knows puts before and behind every line, and takes it off.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "grammar/log_line.hpp"
#include "input/affix.hpp"
#include "input/kmsg.hpp"
#include "parse/landmarks.hpp"
#include "parse/trace.hpp"

namespace unoops::parse {

// Where a landmark or a headline stands behind bytes that nothing explains, lines wait until others say whether all
// of them begin so: one that fits, with a line of a report behind it, is enough, for the words have to be the same.
// A sentence that quotes a headline is followed by no such line. Then the lines that waited are read, without what was
// learnt or as they stand; what follows loses it where it fits, until it has not fitted for long.
class Learner {
 public:
  // `may_open`: a header or a trouble may be in the line.
  using Route = std::function<void(const LogLine&, bool may_open)>;
  // `learnt`: what was read until now had it in its words.
  Learner(Route route, std::function<void()> learnt, const Trace* trace)
      : route_(std::move(route)), learnt_(std::move(learnt)), trace_(trace) {}

  void take(const LogLine&);
  void release();  // nothing more comes, or not soon: what waits is read
  bool is_idle() const { return held_.empty() && candidates_.empty() && prefix_.empty() && suffix_.empty(); }

 private:
  // A line without what was learnt, and what the needles find in it.
  struct Seen {
    LogLine line;
    bool known = false;  // something was taken off
    Sight sight;
  };
  // What may stand before every line from this one on, and whether something may stand behind.
  struct Candidate {
    std::size_t line = 0;  // of held_
    Affix prefix;
    bool tagged = false;   // it ends with a program's tag: a clock proves nothing
    bool body = false;     // a line with it is of a report's body
    unsigned fitting = 0;  // lines with it that are of a report
    bool seeks_end = false;
    Affix suffix;  // what stands behind a line whose end is known
    bool confirmed() const { return fitting > 1 && body; }
  };

  void note_head(const LogLine&);
  bool strip(LogLine&);
  Seen see(const LogLine&);
  void read(const Seen&);
  bool begin_candidate(const LogLine&, const Seen&);
  void hold(const LogLine&);
  void weigh(Candidate&, std::size_t at);
  void weigh_end(Candidate&, std::size_t at, std::string_view rest);
  void close_quote(Candidate&);
  bool ends_all(const Candidate&) const;
  bool settle();
  void learn(Candidate&);
  void release(std::size_t lines);

  Route route_;
  std::function<void()> learnt_;
  const Trace* trace_;  // null: nobody wants to know
  Affix prefix_, suffix_;
  std::size_t misses_ = 0;  // lines in a row that neither fitted
  // Other text before the kernel's own prefix: "02-10 01:10:24  [   81.726789] text". Lines without a time have it, too.
  Affix head_;
  std::uint64_t head_number_ = 0;
  unsigned heads_ = 0;
  std::string head_text_;

  std::deque<input::KeptLine> held_;
  std::size_t held_bytes_ = 0;
  std::vector<Candidate> candidates_;
  std::string unescaped_;
};

}  // namespace unoops::parse
