// Bytes → lines that are worth to be read; the others are only counted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "input/line_splitter.hpp"
#include "input/log_reader.hpp"
#include "parse/report_parser.hpp"
#include "scan/search.hpp"

namespace unoops::scan {

// Most lines of a log hold no needle, no report is open, and nothing waits for them. Such a line is passed: its form is
// looked at, and the reader and the parser learn what reading it would have left behind (its number, its time, the
// words that were said last). A line of such a form that the parser has to see is handed to it, because the reader would
// find nothing in it. Every other line goes through the splitter to those who read it. So reports, line numbers, boots and
// warnings are the same as without: the reading path is the reference, and tests hold both equal.
class QuietPath {
 public:
  QuietPath(LineSplitter& splitter, LogReader& reader, ReportParser& parser)
      : splitter_(splitter), reader_(reader), parser_(parser), search_(table_search()) {}
  void feed(std::string_view bytes);

  std::uint64_t passed() const { return passed_; }  // lines

 private:
  bool settles(const char* at, const char* end);
  const char* take(const char* from, const char* end);
  bool is_plain(const char* line) const;
  PlainRun pass_alike(const char* at, const RawLine& first);
  bool search(const char* from, const char* end);
  std::size_t next_needle(const char* at);
  bool holds_needle(std::string_view text);
  std::optional<Needs> needs_of(const char* at, const char* stop);
  std::size_t place_of(const char* at) const { return static_cast<std::size_t>(at - searched_from_); }

  LineSplitter& splitter_;
  LogReader& reader_;
  ReportParser& parser_;
  std::unique_ptr<Search> search_;
  std::uint64_t bytes_ = 0;  // of all inputs
  std::uint64_t passed_ = 0;
  bool refused_ = false;  // the reader did not know the line's form
  // What was searched of the bytes that are being fed: whole lines, and no more than a report that opens needs.
  const char *searched_from_ = nullptr, *searched_to_ = nullptr;
  TextMarks marks_;        // of it
  std::vector<Hit> hits_;  // of needles in it
  std::size_t next_ = 0;   // of these
  std::vector<Hit> decoded_hits_;
};

}  // namespace unoops::scan
