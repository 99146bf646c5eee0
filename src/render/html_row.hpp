// What a page's list says of a report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::render {

// All text is clean (base/printable.hpp); none is markup.
struct PageRow {
  std::uint64_t number = 0;
  std::optional<std::uint64_t> follows;
  int boot = 1;
  std::optional<std::int64_t> time_us;  // since the boot
  Severity severity = Severity::error;  // the team's, where a rule of --known gives one
  std::string kind, title, signature;   // without a signature the title stands for it
  std::string host, file, wall_time;
  std::string function;  // that the report blames
  std::string lines;     // "lines 5-55"
  std::string known;     // by the rules of --known: "known", "came back", "ignored"; "unknown"
  std::string bug;       // that it is, in the team's words
};
PageRow row_of(const Report&);

}  // namespace unoops::render
