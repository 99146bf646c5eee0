#include "cli/pump.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "unoops/log_reader.hpp"

namespace unoops {
namespace {

std::atomic<bool> stopped = false;

// A report is printed at the latest a second after its last line.
constexpr int pause_ms = 500;

// True: bytes, or the end, are there to read. Hands out what is complete when the source pauses.
bool wait_for(int fd, ReportParser& parser) {
  bool flushed = false;
  while (!stopped) {
    pollfd one{fd, POLLIN, 0};
    const int ready = ::poll(&one, 1, flushed ? -1 : pause_ms);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;
    if (ready == 0 && !flushed) {
      parser.flush();
      flushed = true;
    }
  }
  return false;
}

bool pump_one(Source& source, ReportParser& parser, std::uint64_t& lines) {
  LogReader reader([&](const LogLine& line) { parser.read(line); });
  LineSplitter splitter([&](const RawLine& line) { reader.read(line); });
  parser.start_source(source.name());
  bool good = true;
  while (!stopped) {
    if (source.wait_fd() >= 0 && !wait_for(source.wait_fd(), parser)) break;
    const auto bytes = source.read();
    if (!bytes) {
      fmt::print(stderr, "unoops: {}\n", bytes.error().message);
      good = false;
      break;
    }
    if (bytes->empty()) break;
    splitter.feed(*bytes);
  }
  splitter.finish();
  reader.finish();
  lines += splitter.lines();
  return good;
}

}  // namespace

void stop_pumping() { stopped = true; }

Pumped pump(const Options& options, ReportParser& parser) {
  Pumped pumped;
  auto files = options.files;
  if (files.empty()) {
    files.emplace_back("-");
    if (::isatty(STDIN_FILENO)) fmt::print(stderr, "unoops: reading the log from the terminal; try 'dmesg | unoops', end with Ctrl-D\n");
  }
  for (const auto& file : files) {
    auto sources = open_sources(file);
    if (!sources) {
      fmt::print(stderr, "unoops: {}\n", sources.error().message);
      pumped.failed = true;
      continue;
    }
    for (auto& source : *sources)
      if (!stopped && !pump_one(*source, parser, pumped.lines)) pumped.failed = true;
  }
  return pumped;
}

}  // namespace unoops
