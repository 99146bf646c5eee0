// A line that begins with no fixed word: its shape tells it.
#pragma once

#include <span>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"
#include "grammar/section.hpp"

namespace unoops::parse {

struct Shape {
  Section section;
  bool (*is)(std::string_view text);
  bool (*may_hold)(const ReportBuilder&) = nullptr;  // null: every report
};
using Shapes = std::span<const Shape>;

}  // namespace unoops::parse
