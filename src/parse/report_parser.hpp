// LogLines → Reports.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/log_line.hpp"
#include "input/plain_line.hpp"
#include "unoops/report.hpp"
#include "unoops/source.hpp"

namespace unoops::parse {

struct ParseOptions {
  bool fold = true;                                    // DecodeOptions::fold
  std::function<void(std::string_view)> explain = {};  // DecodeOptions::explain_parse
  std::function<void(std::string_view)> warn = {};     // DecodeOptions::warn
};

// One source: a log. Streaming, bounded in memory. Reports are handed out in the order of their first lines, each when nothing that the
// log may still say can change it (or, by flush(), when nothing came for a while).
class ReportParser {
 public:
  using Sink = std::function<void(Report&&)>;
  ReportParser(const std::string& file, Sink sink, ParseOptions options = {});
  ~ReportParser();
  ReportParser(ReportParser&&) noexcept;
  ReportParser& operator=(ReportParser&&) noexcept;

  void dump(const CrashDump&);  // the log is that of a memory dump
  void read(const LogLine&);
  void flush();  // hand out what there is: the input pauses. What still comes joins it (Report::follows)
  // The same for reports without a line after this one, while the log goes on with other lines.
  void flush_until(std::uint64_t line);
  void finish();  // the input ended

  // The quiet path (scan/): a line without any needle need not be read while nothing is open and nothing waits.
  bool is_quiet() const;
  // True: the parser knows what reading it would have left behind. False: it has to be read. The line lives until
  // catch_up(), which must come before the next read().
  bool pass(std::uint64_t number, const input::PlainLine&);
  // Many lines for which pass() would say true: `unseen` of them, up to line `last`, and behind those the last few, which
  // count in it. `parts`: so many of all begin like a part of a report.
  void pass_unseen(std::uint64_t unseen, std::uint64_t parts, std::uint64_t last);
  void pass_plain(const input::PlainLine&, std::uint64_t number, bool part);
  void catch_up();

  int boots() const;  // how many the log has had so far; 0: it has no line
  // What the log has said so far of the running kernel (for annotate): the banner, or the open report's CPU line.
  const Kernel& kernel() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace unoops::parse
