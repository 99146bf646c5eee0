// A question to git about a clone, without a shell.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::source {

class Git {
 public:
  // Of all questions together: so long may git take, and each half of what is then left, so that there is time for those
  // behind a slow one.
  Git(std::string dir, std::chrono::milliseconds limit) : dir_(std::move(dir)), left_(limit) {}

  // What git printed; nothing: it failed, is not installed, printed more than 16 MB or took too long. Neither the
  // clone's configuration nor the environment makes it start other programs, or write to the clone.
  std::optional<std::string> ask(const std::vector<std::string>& arguments);
  // The same of a question that has an answer, line by line; take_failed() tells whether one had none.
  std::vector<std::string> lines(const std::vector<std::string>& arguments);

  bool has_time() const { return left_ >= least; }
  // Since the last call, did a question take too long, and had one of lines() no answer?
  bool take_late() { return std::exchange(late_, false); }
  bool take_failed() { return std::exchange(failed_, false); }

 private:
  static constexpr std::chrono::milliseconds least{200};
  std::string dir_;
  std::chrono::milliseconds left_;
  bool late_ = false, failed_ = false;
};

}  // namespace unoops::source
