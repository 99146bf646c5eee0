// What a test of kinds needs: log text in, reports out.
#pragma once

#include <string_view>
#include <vector>

#include "unoops/log_reader.hpp"
#include "unoops/report_parser.hpp"

namespace unoops::test {

inline std::vector<Report> reports_of(std::string_view log) {
  std::vector<Report> out;
  ReportParser parser([&](Report&& report) { out.push_back(std::move(report)); });
  parser.start_source("");
  LogReader reader([&](const LogLine& line) { parser.read(line); });
  LineSplitter splitter([&](const RawLine& raw) { reader.read(raw); });
  splitter.feed(log);
  splitter.finish();
  reader.finish();
  parser.finish();
  return out;
}

}  // namespace unoops::test
