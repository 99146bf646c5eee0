// What a test needs to feed a LogReader: text in, owned LogLines out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "input/line_splitter.hpp"
#include "input/log_reader.hpp"

namespace unoops::test {

using namespace input;
using namespace grammar;

struct Line {
  std::uint64_t number = 0;
  std::string text;
  std::optional<std::int64_t> time_us;
  std::optional<int> level;
  std::string caller, wall_time, host;
  bool kernel = true, prefixed = false, glued = false;

  bool operator==(const Line&) const = default;
};

inline std::vector<Line> read_lines(std::string_view log, std::size_t chunk = std::string_view::npos) {
  std::vector<Line> out;
  LogReader reader([&](const LogLine& l) {
    out.push_back({l.number, std::string(l.text), l.time_us, l.level, std::string(l.caller), std::string(l.wall_time),
                   std::string(l.host), l.kernel, l.prefixed, l.glued});
  });
  LineSplitter splitter([&](const RawLine& raw) { reader.read(raw); });
  for (std::size_t at = 0; at < log.size(); at += chunk) {
    splitter.feed(log.substr(at, chunk));
    if (chunk == std::string_view::npos) break;
  }
  splitter.finish();
  reader.finish();
  return out;
}

inline Line read_line(std::string_view log) {
  auto lines = read_lines(log);
  return lines.empty() ? Line{} : lines.back();
}

}  // namespace unoops::test
