// Bytes → lines → LogLines. Chunking never changes the result.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "unoops/log_line.hpp"

namespace unoops {

struct Error {
  std::string message;  // names the file, says what is wrong and what to do
};
template <class T>
using Expected = tl::expected<T, Error>;

// Cuts bytes into lines. A line longer than limits::line_bytes comes in pieces, `continued` behind the first.
class LineSplitter {
 public:
  using Sink = std::function<void(const RawLine&)>;
  explicit LineSplitter(Sink sink) : sink_(std::move(sink)) {}
  void feed(std::string_view bytes);
  void finish();  // the source ended: hands out an unended last line
  std::uint64_t lines() const { return number_; }

 private:
  void hand_out(std::string_view bytes, bool ended);
  Sink sink_;
  std::string rest_;
  std::uint64_t number_ = 0, offset_ = 0;
  bool in_line_ = false;
};

// Takes the transport off, line by line; a log may change its transport at any line. One raw line can give no LogLine
// (a journal export field) or several (\x0a in a /dev/kmsg record); records that a transport numbers come in order.
class LogReader {
 public:
  using Sink = std::function<void(const LogLine&)>;
  explicit LogReader(Sink sink);
  ~LogReader();
  LogReader(LogReader&&) noexcept;
  LogReader& operator=(LogReader&&) noexcept;
  void read(const RawLine&);
  void flush();   // hands out what waits for its place: the input pauses
  void finish();  // the same, and the input ended

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// One thing to read: a file, standard input, or what a directory or archive held.
class Source {
 public:
  virtual ~Source() = default;
  virtual const std::string& name() const = 0;  // empty: standard input
  // Up to 64 KiB, decompressed; an empty view at the end. The view lives until the next call.
  virtual Expected<std::string_view> read() = 0;
  virtual int wait_fd() const { return -1; }  // to poll for --follow; -1: never blocks
};

// "-" is standard input; a directory gives a source for each log in it, pstore parts put in order.
Expected<std::vector<std::unique_ptr<Source>>> open_sources(const std::string& path);

}  // namespace unoops
