// Trouble that a boot announced in lines of their own (facts/troubles): kept for the reports that it bears on.
#pragma once

#include <deque>
#include <vector>

#include "base/rooms.hpp"
#include "facts/troubles.hpp"
#include "grammar/log_line.hpp"
#include "parse/open_report.hpp"

namespace unoops::parse {

class Troubles {
 public:
  // The row's needle stands at `at` of the line.
  void note(const TroubleRow&, const LogLine&, std::size_t at, std::uint64_t tick);
  // What came before the report and bears on it: oldest first.
  std::vector<Trouble> before(const OpenReport&) const;
  void clear() { noted_.clear(); }  // another boot begins

 private:
  struct Noted {
    const TroubleRow* row;
    std::string driver;  // "nvme"; empty: not told
    Trouble trouble;
    Ticks ticks;
  };
  std::deque<Noted> noted_;  // in the order of their first lines
  std::uint64_t last_tick_ = 0;
};

}  // namespace unoops::parse
