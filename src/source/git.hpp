// A question to git about a clone, without a shell.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::source {

class Git {
 public:
  // Of all questions together: so long may git take.
  Git(std::string dir, std::chrono::milliseconds limit) : dir_(std::move(dir)), left_(limit) {}

  // What git printed; nothing: it failed, is not installed, printed more than 16 MB or took too long. Neither the
  // clone's configuration nor the environment makes it start other programs, or write to the clone.
  std::optional<std::string> ask(const std::vector<std::string>& arguments);
  // The same, line by line.
  std::vector<std::string> lines(const std::vector<std::string>& arguments);

  bool ran_out() const { return left_.count() <= 0; }  // of time

 private:
  std::string dir_;
  std::chrono::milliseconds left_;
};

}  // namespace unoops::source
