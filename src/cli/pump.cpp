#include "cli/pump.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "cli/pauses.hpp"
#include "cli/say.hpp"
#include "cli/stop.hpp"
#include "unoops/parallel.hpp"
#include "unoops/source.hpp"

namespace unoops::cli {
namespace {

// Another program's words stand near the beginning, or the log is long enough to have some of the kernel's.
constexpr std::size_t most_to_look_at = 1024 * 1024;

using Say = std::function<void(std::string)>;

std::string shown_name(const std::string& source) {
  return source.empty() || source == "-" ? std::string("standard input") : source;
}

// A source on its way into a decoder.
class Feed {
 public:
  Feed(Source& source, Decoder& decoder, Say say, Progress& progress, bool reads_reports)
      : source_(source), decoder_(decoder), say_(std::move(say)), progress_(progress), reads_reports_(reads_reports) {}

  // The next bytes. False: there are no more, or it cannot be read (said, and failed() then).
  bool more() {
    const auto bytes = source_.read();
    progress_.read(source_.taken() - std::exchange(taken_, source_.taken()));
    if (source_.dump()) decoder_.dump(*source_.dump());
    if (const auto note = source_.note(); !note.empty()) say_(std::string(note));
    if (!bytes) return say_(bytes.error().message), failed_ = true, false;
    if (bytes->empty()) return end(), false;
    if (!is_log(*bytes)) return failed_ = true, false;
    decoder_.feed(*bytes);
    return true;
  }
  bool failed() const { return failed_; }
  // A signal came before the end of the source.
  bool cut() const { return !ended_ && !stop_signal().empty(); }
  const std::string& foreign() const { return foreign_; }
  std::string name() const { return shown_name(source_.name()); }

 private:
  // A part of a fleet's reports that is missing makes its sums wrong.
  void end() {
    if (source_.goes_on()) return;
    ended_ = true;
    decoder_.finish();
    if (const auto bad = decoder_.bad_lines(); bad > 0) {
      failed_ = true;
      say_(fmt::format("{}: {} line{} of it {} no report of unoops, or cut", name(), bad, bad == 1 ? "" : "s",
                       bad == 1 ? "is" : "are"));
    }
  }

  // Asked of the first bytes. False: the source is no text; said. What is text, and another program's, is only remembered.
  bool is_log(std::string_view bytes) {
    const auto found = looked_at_ < most_to_look_at ? foreign_input(bytes) : std::nullopt;
    const bool begins = looked_at_ == 0;
    looked_at_ += bytes.size();
    if (!found || (!found->readable && !begins)) return true;
    if (found->reports && reads_reports_) return true;
    auto words = fmt::format("{} is {}", name(), found->words);
    if (!found->readable) return say_(words), false;
    if (foreign_.empty()) foreign_ = std::move(words);
    return true;
  }

  Source& source_;
  Decoder& decoder_;
  const Say say_;
  Progress& progress_;
  const bool reads_reports_;  // of unoops
  std::uint64_t taken_ = 0;
  std::size_t looked_at_ = 0;  // bytes of the source
  bool failed_ = false, ended_ = false;
  std::string foreign_;
};

class Pump {
 public:
  Pump(const Options& options, Decoder& decoder, Annotator* annotator, Progress& progress,
       const std::function<void()>& paused)
      : decoder_(decoder),
        annotator_(annotator),
        follows_(options.follow),
        reads_reports_(options.add_known || find_format(options.format)->tallies),
        out_(progress.out()),
        output_fd_(options.output.empty() ? STDOUT_FILENO : -1),
        progress_(progress),
        paused_(paused) {}

  // False: the source could not be read to its end; said on standard error.
  bool run(Source& source) {
    decoder_.start_source(source.name());
    Feed feed(source, decoder_, say, progress_, reads_reports_);
    bool waits = source.wait_fd() >= 0;
    while (!is_stopped() && out_.good()) {
      if (annotator_) out_.flush();
      if (waits && !wait_for(source)) break;
      const bool more = feed.more();
      if (feed.failed() || (!more && !source.goes_on())) break;
      waits = source.wait_fd() >= 0 || !more;
      if (follows_ && more) pauses_.read(decoder_.lines(), Pauses::Clock::now());
      if (follows_) hand_out_due();
      progress_.show();
    }
    if (is_stopped() && !closed_) drain(feed, source);
    if (foreign_.empty()) foreign_ = feed.foreign();
    if (feed.cut()) cut_at_ = feed.name();
    return !feed.failed();
  }
  bool closed() const { return closed_; }
  const std::string& cut_at() const { return cut_at_; }  // the source that a signal cut; empty: none
  const std::string& foreign() const { return foreign_; }

 private:
  // What a pipe held when the end came from outside is read, too: so much and no more, for it may be fed without end.
  static void drain(Feed& feed, const Source& source) {
    int held = 0;
    if (source.wait_fd() < 0 || ::ioctl(source.wait_fd(), FIONREAD, &held) != 0 || held <= 0) return;
    const auto last = source.taken() + static_cast<std::uint64_t>(held);
    while (source.taken() < last && feed.more()) {
    }
  }

  // True: bytes, or the end, are there to read, or may be. What is due meanwhile is handed out.
  bool wait_for(const Source& source) {
    bool paused = follows_;
    while (!is_stopped()) {
      const bool lines_wait = annotator_ && annotator_->waiting();
      // A negative descriptor is passed over.
      pollfd all[] = {{source.wait_fd(), POLLIN, 0}, {output_fd_, 0, 0}, {stop_fd(), POLLIN, 0}};
      const int ready = ::poll(all, 3, longest_wait(source, lines_wait, paused));
      if (is_stopped()) return false;
      if (ready > 0 && all[1].revents) return closed_ = true, false;
      if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
      if (ready < 0) continue;
      if (lines_wait) {
        annotator_->flush();
        out_.flush();
      } else if (!paused) {
        paused = true;
        progress_.pause();
        paused_();
      }
      if (follows_) hand_out_due();
      if (source.goes_on()) return true;
    }
    return false;
  }

  // In milliseconds; -1: for ever.
  int longest_wait(const Source& source, bool lines_wait, bool paused) const {
    constexpr int look_again_ms = 100, pause_ms = 800;
    auto wait = std::numeric_limits<int>::max();
    if (source.goes_on()) wait = look_again_ms;
    if (lines_wait) wait = std::min(wait, limits::annotate_wait_ms);
    if (!paused && !lines_wait) wait = std::min(wait, pause_ms);
    if (const auto due = follows_ ? pauses_.until_due(Pauses::Clock::now()) : std::nullopt)
      wait = std::min(wait, static_cast<int>(due->count()));
    return wait == std::numeric_limits<int>::max() ? -1 : wait;
  }

  void hand_out_due() {
    const auto due = pauses_.take(Pauses::Clock::now());
    if (!due) return;
    if (due->all)
      decoder_.flush();
    else
      decoder_.flush_until(due->lines);
    paused_();
  }

  Decoder& decoder_;
  Annotator* annotator_;
  const bool follows_, reads_reports_;
  Pauses pauses_;
  std::ostream& out_;
  const int output_fd_;  // to see that nobody reads it any more, while there is nothing to write; -1: a file
  bool closed_ = false;
  std::string foreign_, cut_at_;
  Progress& progress_;
  const std::function<void()>& paused_;
};

// Nothing: it is no file.
std::optional<std::uint64_t> file_size(const std::string& path) {
  struct stat info {};
  if (path == "-") return std::nullopt;
  if (::stat(path.c_str(), &info) != 0) return 0;
  if (!S_ISREG(info.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(info.st_size);
}

// What files and directories name, each opened when its turn comes.
class Sources {
 public:
  Sources(const std::vector<std::string>& files, bool follow, Progress& progress)
      : files_(files), follow_(follow), progress_(progress) {
    for (const auto& file : files_) {
      const auto size = file_size(file);
      total_ += size.value_or(0);
      if (!size) ++unknown_;
    }
    if (unknown_ == 0) progress_.expect(total_);
  }

  std::unique_ptr<Source> next() {  // null: there are no more
    while (at_ == opened_.size()) {
      if (file_ == files_.size()) return nullptr;
      open(files_[file_++]);
    }
    return std::move(opened_[at_++]);
  }

  // What next() would begin to read, or look for sources in; empty: nothing is left.
  std::string left() const {
    if (at_ < opened_.size()) return shown_name(opened_[at_]->name());
    return file_ < files_.size() ? shown_name(files_[file_]) : "";
  }

 private:
  void open(const std::string& file) {
    at_ = 0;
    opened_.clear();
    if (auto followed = follow_ ? follow_file(file) : nullptr) {
      if (::access(file.c_str(), F_OK) != 0) say(file + ": not there yet, waiting for it");
      opened_.push_back(std::move(followed));
      return;
    }
    if (auto sources = open_sources(file))
      opened_ = std::move(*sources);
    else
      opened_.push_back(unreadable_source(file, std::move(sources.error())));
    if (unknown_ > 0 && !file_size(file)) add_sizes();
  }

  // What is no file tells its size when it is opened.
  void add_sizes() {
    for (const auto& source : opened_) {
      const auto size = source->size();
      if (!size) return;
      total_ += *size;
    }
    if (--unknown_ == 0) progress_.expect(total_);
  }

  const std::vector<std::string>& files_;
  const bool follow_;
  Progress& progress_;
  std::uint64_t total_ = 0;
  std::size_t unknown_ = 0;  // so many of files_ are not yet in the total
  std::size_t file_ = 0, at_ = 0;
  std::vector<std::unique_ptr<Source>> opened_;  // of the file before
};

// What several threads find out of their sources.
class Findings {
 public:
  void add(std::size_t index, const Feed& feed) {
    const std::lock_guard lock(mutex_);
    failed_ |= feed.failed();
    if (!feed.foreign().empty()) foreign_.emplace(index, feed.foreign());
    if (feed.cut()) cut_.emplace(index, feed.name());
  }
  bool failed() const { return failed_; }
  std::string foreign() const { return foreign_.empty() ? "" : foreign_.begin()->second; }
  std::string cut_at() const { return cut_.empty() ? "" : cut_.begin()->second; }

 private:
  std::mutex mutex_;
  bool failed_ = false;
  std::map<std::size_t, std::string> foreign_, cut_;
};

// A log of which a part was not read proves nothing, and --follow's has no end. `at`: a source that was cut, or `left` is
// not empty.
void end_cut(const Options& options, const std::string& at, const std::string& left, Pumped& pumped) {
  if (options.follow || stop_signal().empty() || (at.empty() && left.empty())) return;
  pumped.cut = pumped.failed = true;
  say(fmt::format("stopped by {} before {}{}", stop_signal(), at.empty() ? "it read " : "the end of ",
                  at.empty() ? left : at));
}

}  // namespace

Pumped pump(const Options& options, Decoder& decoder, Annotator* annotator, Progress& progress,
            const std::function<void()>& paused) {
  Pumped pumped;
  auto files = options.files;
  if (files.empty()) {
    files.emplace_back("-");
    if (::isatty(STDIN_FILENO)) say("reading the log from the terminal; try 'dmesg | unoops', end with Ctrl-D");
  }
  Pump one(options, decoder, annotator, progress, paused);
  Sources sources(files, options.follow, progress);
  for (auto source = sources.next(); source; source = is_stopped() ? nullptr : sources.next()) {
    if (!one.run(*source) || one.closed()) pumped.failed = true;
    if (one.closed()) stop_pumping();
  }
  progress.end();
  decoder.finish();
  pumped.lines = decoder.lines();
  pumped.foreign = one.foreign();
  end_cut(options, one.cut_at(), sources.left(), pumped);
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

Pumped pump_apart(const Options& options, const DecodeOptions& of_each, Decoder& decoder, Progress& progress) {
  Sources sources(options.files, options.follow, progress);
  Findings found;
  ParallelWork work;
  work.decode = of_each;
  work.threads = options.jobs;
  work.tallies = of_each.read_reports && !of_each.explain;
  work.next = [&] { return is_stopped() ? nullptr : sources.next(); };
  work.read = [&](std::size_t index, Source& source, Decoder& own, const Say& say_later) {
    Feed feed(source, own, say_later, progress, of_each.read_reports);
    while (!is_stopped() && feed.more()) {
    }
    found.add(index, feed);
  };
  work.said = say;
  work.waits = [&] { progress.show(); };
  decode_in_parallel(work, decoder);
  progress.end();
  Pumped pumped{decoder.lines(), found.failed() || !progress.out().good(), false, found.foreign()};
  end_cut(options, found.cut_at(), sources.left(), pumped);
  return pumped;
}

}  // namespace unoops::cli
