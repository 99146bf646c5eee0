// Text in, finished reports out: what the tests of the kinds need.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "unoops/decoder.hpp"

namespace unoops::test {

// As the log tells them: without symbols and explanation.
inline std::vector<Report> read_reports(std::string_view log, bool fold = true) {
  DecodeOptions options;
  options.fold = fold;
  options.explain = false;
  return decode_log(log, options);
}

// Of a log that holds one report; an empty one where it holds none or more.
inline Report read_report(std::string_view log) {
  auto reports = read_reports(log);
  return reports.size() == 1 ? std::move(reports.front()) : Report{};
}

inline std::string kind_of(const Report& report) { return report.kind ? std::string(report.kind->id) : ""; }

inline const Stack* stack_of(const Report& report, std::string_view label) {
  const auto at = std::ranges::find(report.stacks, label, &Stack::label);
  return at == report.stacks.end() ? nullptr : &*at;
}

// The symbols of the stack with this label, blanks between them.
inline std::string symbols_of(const Report& report, std::string_view label) {
  std::string out;
  if (const auto* stack = stack_of(report, label))
    for (const auto& frame : stack->frames) out += (out.empty() ? "" : " ") + frame.ref.symbol;
  return out;
}

}  // namespace unoops::test
