// When reports are due that nothing more came of (--follow): a moment after their own last line, however busy the log is.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/rooms.hpp"

namespace unoops::cli {

class Pauses {
 public:
  using Clock = std::chrono::steady_clock;

  // So many lines of the log have been read by now.
  void read(std::uint64_t lines, Clock::time_point now);
  std::optional<std::chrono::milliseconds> until_due(
      Clock::time_point now) const;  // nothing: all that was read is handed out

  struct Due {
    std::uint64_t lines = 0;  // the first ones of the log: what has no line behind them is due
    bool all = false;         // nothing was read since
  };
  std::optional<Due> take(Clock::time_point now);

 private:
  struct Reached {
    Clock::time_point when;
    std::uint64_t lines;
  };
  std::deque<Reached> reached_;  // the earliest first
};

}  // namespace unoops::cli
