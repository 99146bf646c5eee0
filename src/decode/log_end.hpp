// What the reports of a memory dump's log tell of how the machine was when it was dumped: whether its memory has to be
// asked, too.
#pragma once

#include <cstdint>
#include <deque>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::decode {

class LogEnd {
 public:
  // In the order of the log.
  void note(const Report&);
  // A report tells how the machine stopped.
  bool is_told() const { return told_; }
  // 0: there is no report.
  std::uint64_t last_number() const { return last_; }
  // The last ones of those that may still last: tasks that hang, CPUs that stall.
  std::deque<Report>& lasting() { return lasting_; }

 private:
  bool told_ = false;
  std::uint64_t last_ = 0;
  std::deque<Report> lasting_;
};

}  // namespace unoops::decode
