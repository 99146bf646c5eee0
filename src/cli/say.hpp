// What the program says beside its reports, all of it on standard error and by the thread that prints: words, and a
// line of status that is written over while work goes on.
#pragma once

#include <chrono>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::cli {

void say(std::string_view words);  // "unoops: WORDS" on a line

// One, because there is one standard error. What it shows is gone before say() or the caller of hide() writes elsewhere.
class StatusLine {
 public:
  // A few times a second, and only on a terminal that nobody else uses.
  bool is_due() const;
  void show(std::string_view words);
  void hide();

 private:
  std::chrono::steady_clock::time_point drawn_;
  bool shown_ = false;
};
StatusLine& status_line();

}  // namespace unoops::cli
