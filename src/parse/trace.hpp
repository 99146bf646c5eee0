// What --explain-parse says: which report took a line and why, and why a report was opened, closed or dropped. Who
// decides holds a pointer to it, which is null where nobody wants to know.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/section.hpp"
#include "parse/open_report.hpp"

namespace unoops::parse {

class Trace {
 public:
  using Sink = std::function<void(std::string_view)>;
  explicit Trace(Sink sink) : sink_(std::move(sink)) {}

  // Text without a line or a report: a new source, a new boot.
  void say(std::string_view what) const;
  // "line 214 → report 3 (pc: proven; report 2: maybe)"
  void took(const LogLine&, const OpenReport&, std::string_view why) const;
  // "line 214: no report (pc: report 2: no)"
  void at(const LogLine&, std::string_view what) const;
  // "report 3 ends: silent for 600 lines"
  void of(const OpenReport&, std::string_view what) const;

 private:
  Sink sink_;
};

// "trace start", "registers", ...: what a line was read as.
std::string_view words_of(SectionId);

}  // namespace unoops::parse
