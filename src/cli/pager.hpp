// What standard output's terminal shows goes through a pager, as git's does.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "cli/terminal.hpp"

namespace unoops::cli {

// UNOOPS_PAGER, else PAGER, else less. Words are parted at blanks; quotes and backslashes keep them together as in a
// shell, and no shell is asked: nothing else in it has a meaning. No words, and "cat": no pager.
std::vector<std::string> pager_command(const Variable&);
std::vector<std::string> pager_words(std::string_view command);

// From start() to finish() standard output is a pipe to the pager. A pager that can't be run is told, and there is none.
class Pager {
 public:
  Pager() = default;
  ~Pager() { finish(); }
  Pager(const Pager&) = delete;
  Pager& operator=(const Pager&) = delete;

  // Before the first byte of output. It starts a program: not possible any more where the process has given that up.
  void start(const Variable& = environment);
  bool is_running() const { return child_ > 0; }
  // Text comes: what is said on the same terminal goes through the pager, too, or it would write over its page.
  void take_errors();
  // Standard output is the terminal again, when the reader has gone.
  void finish();

 private:
  pid_t child_ = 0;
  int terminal_ = -1, errors_ = -1;  // standard output and error, as they were
};

}  // namespace unoops::cli
