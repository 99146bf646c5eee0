// Logs with the newest line on top: journalctl -r, Loki, Kibana, the consoles of clouds.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "grammar/log_line.hpp"
#include "input/kmsg.hpp"
#include "parse/section_index.hpp"

namespace unoops::parse {

// Hands lines on in the order in which the kernel printed them. What the order is, two neighbours tell: by their times,
// and by which of the two a report has first. Until enough of them agree the lines wait, a screenful at most; a log
// whose times rise is decided at its third line. Of a log in reverse order the lines are kept up to its end.
class ReadingOrder {
 public:
  using Deliver = std::function<void(const LogLine&)>;
  using Warn = std::function<void(std::string_view)>;
  ReadingOrder(Deliver deliver, Warn warn) : deliver_(std::move(deliver)), warn_(std::move(warn)) {}

  void take(const LogLine&);
  // The log is in the order in which the kernel printed it: lines are handed on at once.
  bool is_settled() const { return state_ == State::forward; }
  void flush();   // the input pauses
  void finish();  // the source ended: the next one may stand in another order

 private:
  enum class State : unsigned char {
    open,      // undecided: lines wait
    watching,  // undecided, but too many waited
    forward,
    reverse,
  };
  // What a vote needs of the line before.
  struct Neighbour {
    std::optional<std::int64_t> time_us;
    std::string wall_time;
    int rank = 0;           // its place in a report; 0: none, or many
    bool in_trace = false;  // a frame, or a mark among frames
    std::string symbol;     // of a frame
  };

  void vote(const LogLine&);
  Neighbour look_at(const LogLine&);
  void keep(const LogLine&);
  void decide();
  void release();
  void turn_over();
  void say(std::string_view what) const {
    if (warn_) warn_(what);
  }

  Deliver deliver_;
  Warn warn_;
  State state_ = State::open;
  std::vector<input::KeptLine> kept_;
  std::size_t bytes_ = 0;       // of kept_
  unsigned up_ = 0, down_ = 0;  // votes
  unsigned watched_ = 0;        // lines that were handed on undecided
  std::optional<Neighbour> before_;
  std::vector<SectionHit> hits_;  // kept, because making them for every line costs
};

}  // namespace unoops::parse
