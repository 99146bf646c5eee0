#include "cli/pump.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "unoops/parallel.hpp"
#include "unoops/source.hpp"

namespace unoops::cli {
namespace {

std::atomic<bool> stopped = false;

// A report is printed at the latest a second after its last line (docs/contract.md).
constexpr int report_pause_ms = 800;
// Another program's words stand near the beginning, or the log is long enough to have some of the kernel's.
constexpr std::size_t most_to_look_at = 1024 * 1024;

using Say = std::function<void(std::string)>;

void say_now(const std::string& words) { fmt::print(stderr, "unoops: {}\n", words); }

// Is the source a log? Asked of its first bytes.
class FirstLook {
 public:
  explicit FirstLook(const Source& source) : source_(source) {}

  // False: the source is no text; said. What is text, and another program's, is only remembered.
  bool is_log(std::string_view bytes, const Say& say) {
    const auto found = looked_at_ < most_to_look_at ? foreign_input(bytes) : std::nullopt;
    const bool begins = looked_at_ == 0;
    looked_at_ += bytes.size();
    if (!found || (!found->readable && !begins)) return true;
    const auto name = source_.name().empty() ? std::string("standard input") : source_.name();
    auto words = fmt::format("{} is {}", name, found->words);
    if (!found->readable) return say(words), false;
    if (foreign_.empty()) foreign_ = std::move(words);
    return true;
  }
  const std::string& foreign() const { return foreign_; }

 private:
  const Source& source_;
  std::size_t looked_at_ = 0;  // bytes of the source
  std::string foreign_;
};

// The source's next bytes into the decoder. False: there are no more, or it cannot be read (said, and `failed` then).
bool feed_more(Source& source, Decoder& decoder, FirstLook& look, const Say& say, bool& failed) {
  const auto bytes = source.read();
  if (!bytes) return say(bytes.error().message), failed = true, false;
  if (bytes->empty()) return false;
  if (!look.is_log(*bytes, say)) return failed = true, false;
  if (source.dump()) decoder.dump(*source.dump());
  decoder.feed(*bytes);
  return true;
}

class Pump {
 public:
  Pump(Decoder& decoder, Annotator* annotator, std::ostream& out, int output_fd, const std::function<void()>& paused)
      : decoder_(decoder), annotator_(annotator), out_(out), output_fd_(output_fd), paused_(paused) {}

  // False: the source could not be read to its end; said on standard error.
  bool run(Source& source) {
    decoder_.start_source(source.name());
    FirstLook look(source);
    bool failed = false;
    while (!stopped && out_.good()) {
      if (annotator_) out_.flush();
      if (source.wait_fd() >= 0 && !wait_for(source.wait_fd())) break;
      if (!feed_more(source, decoder_, look, say_now, failed)) break;
    }
    if (foreign_.empty()) foreign_ = look.foreign();
    return !failed;
  }
  bool closed() const { return closed_; }
  const std::string& foreign() const { return foreign_; }

 private:
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
  const std::function<void()>& paused_;
};

// What files and directories name, each opened when its turn comes.
class Sources {
 public:
  explicit Sources(const std::vector<std::string>& files) : files_(files) {}

  std::unique_ptr<Source> next() {  // null: there are no more
    while (at_ == opened_.size()) {
      if (file_ == files_.size()) return nullptr;
      auto sources = open_sources(files_[file_++]);
      at_ = 0;
      opened_.clear();
      if (sources)
        opened_ = std::move(*sources);
      else
        say_now(sources.error().message), failed_ = true;
    }
    return std::move(opened_[at_++]);
  }
  bool failed() const { return failed_; }

 private:
  const std::vector<std::string>& files_;
  std::size_t file_ = 0, at_ = 0;
  std::vector<std::unique_ptr<Source>> opened_;  // of the file before
  bool failed_ = false;
};

// What several threads find out of their sources.
class Findings {
 public:
  void add(std::size_t index, bool failed, const std::string& foreign) {
    const std::lock_guard lock(mutex_);
    failed_ |= failed;
    if (!foreign.empty()) foreign_.emplace(index, foreign);
  }
  bool failed() const { return failed_; }
  std::string foreign() const { return foreign_.empty() ? "" : foreign_.begin()->second; }

 private:
  std::mutex mutex_;
  bool failed_ = false;
  std::map<std::size_t, std::string> foreign_;
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
  Sources sources(files);
  for (auto source = sources.next(); source && !stopped; source = sources.next()) {
    if (!one.run(*source) || one.closed()) pumped.failed = true;
    if (one.closed()) stop_pumping();
  }
  pumped.failed |= sources.failed();
  decoder.finish();
  pumped.lines = decoder.lines();
  pumped.foreign = one.foreign();
  return pumped;
}

bool can_pump_apart(const Options& options) {
  struct stat info {};
  const auto is_file = [&](const std::string& path) {
    return path != "-" && ::stat(path.c_str(), &info) == 0 && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode));
  };
  return options.jobs > 1 && !options.explain_parse && !options.follow && !options.files.empty() &&
         std::ranges::all_of(options.files, is_file) && (options.files.size() > 1 || S_ISDIR(info.st_mode));
}

Pumped pump_apart(const Options& options, const DecodeOptions& decode, Decoder& decoder, std::ostream& out) {
  Sources sources(options.files);
  Findings found;
  ParallelWork work;
  work.decode = decode;
  work.threads = options.jobs;
  work.next = [&] { return stopped ? nullptr : sources.next(); };
  work.read = [&](std::size_t index, Source& source, Decoder& own, const Say& say) {
    FirstLook look(source);
    bool failed = false;
    while (!stopped && feed_more(source, own, look, say, failed)) {
    }
    found.add(index, failed, look.foreign());
  };
  work.said = [&](std::string_view words) { say_now(std::string(words)); };
  decode_in_parallel(work, decoder);
  return {decoder.lines(), found.failed() || sources.failed() || !out.good(), found.foreign()};
}

}  // namespace unoops::cli
