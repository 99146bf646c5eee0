#include "cli/stop.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

namespace unoops::cli {
namespace {

std::atomic<bool> stopped = false;
std::atomic<int> stopped_by = 0;  // a signal's number
// A signal that comes between a look at `stopped` and the wait for input ends that wait by it.
std::array<int, 2> wake = {-1, -1};

void on_signal(int signal) {
  if (stopped) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    return;
  }
  const int error = errno;
  stopped_by = signal;
  stop_pumping();
  errno = error;
}

}  // namespace

void catch_stop_signals() {
  if (::pipe2(wake.data(), O_CLOEXEC | O_NONBLOCK) != 0) wake = {-1, -1};
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = on_signal;
    ::sigaction(signal, &action, nullptr);
  }
}

void stop_pumping() {
  stopped = true;
  if (wake[1] >= 0 && ::write(wake[1], "", 1) < 0) return;  // it is full: it wakes all the same
}

bool is_stopped() { return stopped; }

std::string_view stop_signal() {
  switch (stopped_by) {
    case SIGINT:
      return "SIGINT";
    case SIGTERM:
      return "SIGTERM";
    case SIGHUP:
      return "SIGHUP";
    default:
      return {};
  }
}

int stop_fd() { return wake[0]; }

}  // namespace unoops::cli
