#include "cli/say.hpp"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "base/environment.hpp"
#include "base/printable.hpp"

namespace unoops::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto between_draws = std::chrono::milliseconds(200);
constexpr std::string_view erase_to_end = "\33[K";

// Not in the background; and not where the terminal gives keys one by one, because a pager behind a pipe has the screen
// then.
bool terminal_is_ours() {
  if (!::isatty(STDERR_FILENO)) return false;
  if (environment("TERM") == "dumb") return false;
  const pid_t group = ::tcgetpgrp(STDERR_FILENO);
  if (group > 0 && group != ::getpgrp()) return false;
  termios mode{};
  return ::tcgetattr(STDERR_FILENO, &mode) == 0 && (mode.c_lflag & ICANON);
}

std::size_t terminal_width() {
  constexpr std::size_t usual = 80;
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

// Whole lines, so that those of several programs do not mix.
void write_error(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written >= 0)
      text.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      return;
  }
}

}  // namespace

// What a log, a symbol file or a file's name brought is in the words: they obey the rules of the reports. Not by stdio,
// because nothing may end the program when nobody reads this.
void say(std::string_view words) {
  status_line().hide();
  write_error("unoops: " + base::clean(words) + "\n");
}

bool StatusLine::is_due() const { return Clock::now() - drawn_ >= between_draws && terminal_is_ours(); }

// The last column stays free, because some terminals go to the next line when it is written.
void StatusLine::show(std::string_view words) {
  const auto text = base::clean("unoops: " + std::string(words));
  write_error("\r" + base::shortened(text, terminal_width() - 1) + std::string(erase_to_end));
  drawn_ = Clock::now();
  shown_ = true;
}

void StatusLine::hide() {
  if (!shown_) return;
  write_error("\r" + std::string(erase_to_end));
  shown_ = false;
}

StatusLine& status_line() {
  static StatusLine line;
  return line;
}

}  // namespace unoops::cli
