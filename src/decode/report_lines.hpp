// Reports that unoops has printed (--format json), read again: what titles and summaries ask of them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "decode/sequence.hpp"
#include "unoops/report.hpp"

namespace unoops::decode {

// One line. Nothing: it is no report, or of a schema that this version does not know. Of stacks there is the one with
// the culprit's frame, and of that the frame alone.
std::optional<Report> read_report(std::string_view json);

// Are the bytes the beginning of such lines? Nothing: there are too few to tell.
std::optional<bool> begins_reports(std::string_view bytes);

// Bytes in pieces of any size → reports, as one source tells them. Where numbers start again, the lines of another run of
// unoops begin: numbers and boots count on, and what an earlier run told of is dropped.
class ReportLines {
 public:
  explicit ReportLines(std::function<void(Report&&)> sink) : sink_(std::move(sink)) {}

  void feed(std::string_view bytes);
  void finish();
  std::uint64_t lines() const { return lines_; }
  std::uint64_t bad_lines() const { return bad_lines_; }
  int boots() const { return boots_; }

 private:
  void line(std::string_view);

  std::function<void(Report&&)> sink_;
  Sequence runs_;
  std::string begun_;
  bool overlong_ = false;  // the line that has begun
  std::uint64_t lines_ = 0, bad_lines_ = 0;
  std::uint64_t number_ = 0;          // of the last report, in its run
  int boots_ = 0, boots_before_ = 0;  // of all runs, of those before this one
};

}  // namespace unoops::decode
