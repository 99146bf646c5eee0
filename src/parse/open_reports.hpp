// The reports that are being read: opened, fed with lines, closed, and handed out in the order of their first lines.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <span>
#include <string>

#include "base/rooms.hpp"
#include "parse/boots.hpp"
#include "parse/open_report.hpp"
#include "parse/section_index.hpp"
#include "parse/trace.hpp"

namespace unoops::parse {

// Lines that stood before the header, or behind it without saying whose they are, are the report's.
void adopt(OpenReport&, std::span<const PreludeLine>);

class OpenReports {
 public:
  // Gets a report that nothing in the log can change any more, or one that is told so far. Its number; 0: it is dropped.
  using Done = std::function<std::uint64_t(OpenReport&&)>;
  OpenReports(std::string file, Done done, const Trace* trace)
      : done_(std::move(done)), trace_(trace), file_(std::move(file)) {}

  // Before a line of the kernel is read: counts it, and closes what it can't belong to. True: it begins a new boot.
  bool advance(const LogLine&);
  void close_all(std::string_view why);
  // Of reports without a line after this one (by its number) copies are handed out; they stay open for what may still
  // come. Those that were closed need not wait for others any more.
  void hand_out_until(std::uint64_t line, std::string_view why);
  // The same as advance() where no report is open, for a line that says something; false: it may begin a new boot.
  bool pass(const std::optional<std::int64_t>& time_us) { return boots_.pass(time_us) && ++tick_ != 0; }
  void pass_unseen(std::uint64_t lines) { tick_ += lines; }
  bool are_done() const { return open_.empty() && finished_.empty(); }

  // `read` is what the header's line has told.
  OpenReport& open(const Kind&, const LogLine&, ReportBuilder&& read = {});
  // The header's line stands in the log once more, and what was read behind it the first time has no trace yet: a
  // console replays the log from its start, or a broadcast told of the report first. That one is dropped.
  void drop_replayed(const LogLine&, std::string_view headline);
  // The report that was opened last turned out to be none.
  void withdraw() { open_.pop_front(); }
  // Reads the line as this section, or as a frame where the hit has none; false: it is none. The line is then the
  // report's.
  bool read(OpenReport&, const SectionHit&, const LogLine&);
  bool read_frame(OpenReport&, FrameLine&&, const LogLine&);
  // The line is the report's: it was read as `id`.
  void own(OpenReport&, const LogLine&, SectionId id);

  // From the one that was touched last.
  auto begin() { return open_.begin(); }
  auto end() { return open_.end(); }
  auto begin() const { return open_.begin(); }
  auto end() const { return open_.end(); }
  bool empty() const { return open_.empty(); }
  std::size_t size() const { return open_.size(); }
  const OpenReport& last_touched() const { return open_.front(); }

  // Lines that say something.
  std::uint64_t tick() const { return tick_; }
  int boots() const { return boots_.count(); }
  // What the log has said so far of the running kernel.
  const Kernel& kernel() const;

 private:
  void close_silent(const LogLine&);
  void drop_untold(std::uint64_t silent);
  void close(std::list<OpenReport>::iterator, std::string_view why);
  void tell_kernel(OpenReport&);
  void hand_out();

  Done done_;
  const Trace* trace_;              // null: nobody wants to know
  std::list<OpenReport> finished_;  // closed, and waiting for their turn to be handed out
  std::list<OpenReport> open_;      // the last touched at the front
  Boots boots_;
  const std::string file_;
  std::uint64_t tick_ = 0, opened_ = 0;
};

}  // namespace unoops::parse
