// What was printed with a report as a ground to tell kinds: the FILE:LINE of a WARN or BUG, messages.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/rooms.hpp"
#include "base/text.hpp"
#include "report/fact_names.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

// The report's "place" lies in this file of the tree; the log may name it by any path.
inline bool is_in_file(const Report& report, std::string_view file) {
  const auto place = report.fact(fact::place);
  const auto name = place.substr(0, place.find_last_of(':'));
  return name.ends_with(file) && (name.size() == file.size() || name[name.size() - file.size() - 1] == '/');
}

// Something that was printed with the report begins so.
inline const std::string* find_message(const Report& report, std::string_view start) {
  const auto at = std::ranges::find_if(report.messages, [&](std::string_view text) { return text.starts_with(start); });
  return at == report.messages.end() ? nullptr : &*at;
}

inline const std::string* find_message_with(const Report& report, std::string_view words) {
  const auto at = std::ranges::find_if(
      report.messages, [&](std::string_view text) { return text.find(words) != std::string_view::npos; });
  return at == report.messages.end() ? nullptr : &*at;
}

// What the kernel's first message says, without the name of the report and its rulers.
inline std::string_view first_message(const Report& report) {
  for (const auto& message : report.messages) {
    const auto text = trim(message);
    if (text.empty() || text.find_first_not_of("-=*") == std::string_view::npos || text.starts_with("#PF: ") ||
        text.starts_with("PGD ") || text.starts_with("irq event stamp: "))
      continue;
    return text;
  }
  return {};
}

}  // namespace unoops::kinds
