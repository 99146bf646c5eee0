// The one way to decode: a log's bytes in, reports out, with source lines and what happened in words.
//
//   #include <iostream>
//   #include <unoops/unoops.hpp>
//
//   int main(int argc, char** argv) {
//     const auto reports = unoops::decode_file(argc > 1 ? argv[1] : "-");
//     if (!reports) return std::cerr << reports.error().message << '\n', 2;
//     for (const auto& report : *reports) std::cout << report.title << ": " << report.explanation.summary << '\n';
//   }
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unoops/error.hpp"
#include "unoops/line_listener.hpp"
#include "unoops/report.hpp"
#include "unoops/source.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops {

struct DecodeOptions {
  SymbolOptions symbols;
  // True: a report that only goes on with an earlier one becomes a part of that one (Report::followed_by), if it comes
  // before a flush(). Otherwise it is a report of its own that `follows`.
  bool fold = true;
  // Trees of the kernel's or a module's source: the text of a check that failed, what it says of a member. A file is
  // taken from the tree that has the longest part of its name; of several, from the first.
  std::vector<std::string> source_dirs = {};
  // Of a memory dump: the stacks of all tasks become parts of the report, not only of those that hang.
  bool all_tasks = false;
  bool explain = true;  // false: reports keep to what the log says, without symbols, site and explanation
  // Lines that nothing is looked for in are only counted. False: every line is read. What comes out is the same.
  bool quiet_path = true;
  // Gets a line of text wherever the parser decides something: which report took a line and why, which other one could
  // have, and why a report was opened, ended, folded or dropped. May be empty.
  std::function<void(std::string_view)> explain_parse = {};
  // True: numbers and boots of each source count from 1, and reports that another source told of stay in.
  bool apart = false;
  // Gets a sentence where the log as a whole is to be distrusted: its newest line is on top. May be empty.
  std::function<void(std::string_view)> warn = {};
};

// All reports of a log; of a file ("-": standard input), or of a directory's logs, decompressed.
std::vector<Report> decode_log(std::string_view bytes, const DecodeOptions& = {});
Expected<std::vector<Report>> decode_file(const std::string& path, const DecodeOptions& = {});

class ParsedReport;

struct SourceEnd {
  int boots = 0;
  std::uint64_t lines = 0;
};

// The same for a log that comes in pieces, and for callers that want only some of its reports. Bounded in memory,
// whatever the log holds. Decoders share nothing: several can run at once, each in one thread at a time.
class Decoder {
 public:
  // Reports come in the order of their first lines, each when nothing that the log may still say can change it. An
  // empty sink: nobody wants reports, the listener gets the lines unread.
  using Sink = std::function<void(ParsedReport&&)>;
  Decoder(DecodeOptions, Sink);
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  void listen(LineListener&);  // before the first bytes; it must live until finish()

  void start_source(const std::string& name);  // ends the one before; lines count from 1 again, boots go on counting
  void dump(const CrashDump&);                 // of the source: its bytes are the log of a memory dump
  void feed(std::string_view bytes);           // in pieces of any size: chunking never changes the result
  // The input pauses: hands out what there is. What still comes of a report that lacked its end joins it: the whole is
  // then told once more, with the first one's number in `follows`.
  void flush();
  // The same for reports without a line after the first `lines()` of a moment ago, while the log goes on with others.
  void flush_until(std::uint64_t lines);
  void finish();  // the input ended

  // Instead of bytes: what another decoder, that reads `apart`, made of a source, report by report, and the source's end.
  void adopt(Report&&, DumpBytes);
  void end_adopted(const SourceEnd&);

  std::uint64_t lines() const;  // of all sources
  int boots() const;            // of this source
  Symbolizer& symbolizer();     // what the reports' frames are looked up by

 private:
  class Impl;
  friend class ParsedReport;
  std::unique_ptr<Impl> impl_;
};

// A report as the log tells it. Symbols and explanation cost much more, so they come for those that somebody wants.
class ParsedReport {
 public:
  const Report& operator*() const { return report_; }
  const Report* operator->() const { return &report_; }

  // The report with symbols, site and explanation. The decoder must still live.
  Report explained() &&;
  Report unexplained() && { return std::move(report_); }
  const DumpBytes& dump() const { return dump_; }  // that the log came from

 private:
  friend class Decoder;
  ParsedReport(Decoder::Impl& decoder, Report&& report, DumpBytes dump)
      : decoder_(&decoder), report_(std::move(report)), dump_(std::move(dump)) {}

  Decoder::Impl* decoder_;
  Report report_;
  DumpBytes dump_;
};

}  // namespace unoops
