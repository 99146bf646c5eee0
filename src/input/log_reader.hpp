// Lines → LogLines.
#pragma once

#include <functional>
#include <memory>

#include "base/rooms.hpp"
#include "grammar/log_line.hpp"
#include "input/broken_words.hpp"
#include "input/plain_line.hpp"
#include "unoops/raw_line.hpp"

namespace unoops::input {

// Takes the transport off, line by line; a log may change its transport at any line. One raw line can give no LogLine
// (a journal export field) or several (\x0a in a /dev/kmsg record); records that a transport numbers come in order.
class LogReader {
 public:
  using Sink = std::function<void(const LogLine&)>;
  explicit LogReader(
      Sink sink, BeginsLine begins_line = [](std::string_view) { return false; });
  ~LogReader();
  LogReader(LogReader&&) noexcept;
  LogReader& operator=(LogReader&&) noexcept;
  void read(const RawLine&);
  void flush();   // hands out what waits for its place: the input pauses
  void finish();  // the same, and the input ended

  // The quiet path (scan/): lines that need not be read, because nobody wants them.
  bool is_quiet() const;  // nothing waits for what the next lines say
  // A line waits for its rest, which a screen's edge may have put on the next one; that one is none: is all quiet then?
  bool waits_at_edge() const;
  bool settle_edge();
  // Would the line only be handed out, if it is the next by its number? Then pass() makes the reader know what reading
  // it would have. The marks are of a block that holds the line, whose bytes live until catch_up(), which must come
  // before the next read().
  bool look_at(std::string_view line, const TextMarks&, PlainLine&) const;
  // Passes the lines from `at` on that begin as the last that was passed, and hold plain words; they need not be looked
  // at. `first`: number and offset of the first.
  PlainRun pass_alike(const TextMarks&, std::size_t at, const RunStops&, const RawLine& first);
  PlainLine look_like_last(std::string_view line) const;  // what look_at() would tell of a line of them
  // The text of a record of /dev/kmsg without its escapes, which are tabs; false: it has others, that could make lines of it.
  bool undo_tabs(PlainLine&) const;
  bool is_next(const PlainLine&) const;
  void pass(const RawLine&, const PlainLine&);
  // Passes the line, and hands out what read() would. `raw`: with its \r. `bare`: as in LogLine. False: read() has to.
  bool hand_out(const RawLine& raw, const RawLine& line, const PlainLine&, bool bare);
  void catch_up();
  void learn(std::string_view line);  // what lines like it have in front: it was read, and look_at() had refused it

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace unoops::input
