#include "cli/pump.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "base/limits.hpp"
#include "unoops/source.hpp"

namespace unoops::cli {
namespace {

std::atomic<bool> stopped = false;

// A report is printed at the latest a second after its last line (docs/contract.md).
constexpr int report_pause_ms = 800;
// Another program's words stand near the beginning, or the log is long enough to have some of the kernel's.
constexpr std::size_t most_to_look_at = 1024 * 1024;

class Pump {
 public:
  Pump(Decoder& decoder, Annotator* annotator, std::ostream& out, int output_fd, const std::function<void()>& paused)
      : decoder_(decoder), annotator_(annotator), out_(out), output_fd_(output_fd), paused_(paused) {}

  // False: the source could not be read to its end; said on standard error.
  bool run(Source& source) {
    decoder_.start_source(source.name());
    looked_at_ = 0;
    while (!stopped && out_.good()) {
      if (annotator_) out_.flush();
      if (source.wait_fd() >= 0 && !wait_for(source.wait_fd())) break;
      const auto bytes = source.read();
      if (!bytes) {
        fmt::print(stderr, "unoops: {}\n", bytes.error().message);
        return false;
      }
      if (bytes->empty()) break;
      if (!is_log(source, *bytes)) return false;
      decoder_.feed(*bytes);
    }
    return true;
  }
  bool closed() const { return closed_; }
  const std::string& foreign() const { return foreign_; }

 private:
  // False: the source is no text; said on standard error. What is text, and another program's, is only remembered.
  bool is_log(const Source& source, std::string_view bytes) {
    const auto found = looked_at_ < most_to_look_at ? foreign_input(bytes) : std::nullopt;
    const bool begins = looked_at_ == 0;
    looked_at_ += bytes.size();
    if (!found || (!found->readable && !begins)) return true;
    const auto name = source.name().empty() ? std::string("standard input") : source.name();
    const auto words = fmt::format("{} is {}", name, found->words);
    if (!found->readable) return fmt::print(stderr, "unoops: {}\n", words), false;
    if (foreign_.empty()) foreign_ = words;
    return true;
  }

  // True: bytes, or the end, are there to read. Hands out what is complete when the source pauses.
  bool wait_for(int fd) {
    bool flushed = false;
    while (!stopped) {
      const bool lines_wait = annotator_ && annotator_->waiting();
      pollfd both[] = {{fd, POLLIN, 0}, {output_fd_, 0, 0}};  // a negative one is passed over
      const int ready = ::poll(both, 2, lines_wait ? limits::annotate_wait_ms : flushed ? -1 : report_pause_ms);
      if (ready > 0 && both[1].revents) return closed_ = true, false;
      if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
      if (ready < 0) continue;
      if (lines_wait) {
        annotator_->flush();
        out_.flush();
      } else {
        decoder_.flush();
        paused_();
        flushed = true;
      }
    }
    return false;
  }

  Decoder& decoder_;
  Annotator* annotator_;
  std::ostream& out_;
  const int output_fd_;  // to see that nobody reads it any more, while there is nothing to write; -1: a file
  bool closed_ = false;
  std::string foreign_;
  std::size_t looked_at_ = 0;  // bytes of the source
  const std::function<void()>& paused_;
};

}  // namespace

void stop_pumping() { stopped = true; }

Pumped pump(const Options& options, Decoder& decoder, Annotator* annotator, std::ostream& out,
            const std::function<void()>& paused) {
  Pumped pumped;
  auto files = options.files;
  if (files.empty()) {
    files.emplace_back("-");
    if (::isatty(STDIN_FILENO))
      fmt::print(stderr, "unoops: reading the log from the terminal; try 'dmesg | unoops', end with Ctrl-D\n");
  }
  Pump one(decoder, annotator, out, options.output.empty() ? STDOUT_FILENO : -1, paused);
  for (const auto& file : files) {
    auto sources = open_sources(file);
    if (!sources) {
      fmt::print(stderr, "unoops: {}\n", sources.error().message);
      pumped.failed = true;
      continue;
    }
    for (auto& source : *sources) {
      if (stopped) break;
      if (!one.run(*source) || one.closed()) pumped.failed = true;
      if (one.closed()) stop_pumping();
    }
  }
  decoder.finish();
  pumped.lines = decoder.lines();
  pumped.foreign = one.foreign();
  return pumped;
}

}  // namespace unoops::cli
