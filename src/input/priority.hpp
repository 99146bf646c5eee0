// Facilities and levels by name, as syslog(3) numbers them.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::input {

inline std::span<const std::string_view> facility_names() {
  static constexpr std::array<std::string_view, 24> names{"kern",   "user",   "mail",   "daemon", "auth",     "syslog",
                                                          "lpr",    "news",   "uucp",   "cron",   "authpriv", "ftp",
                                                          "ntp",    "audit",  "alert",  "clock",  "local0",   "local1",
                                                          "local2", "local3", "local4", "local5", "local6",   "local7"};
  return names;
}

inline std::span<const std::string_view> level_names() {
  static constexpr std::array<std::string_view, 8> names{"emerg", "alert",  "crit", "err",
                                                         "warn",  "notice", "info", "debug"};
  return names;
}

inline std::optional<int> index_of(std::span<const std::string_view> names, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<int>(i);
  return std::nullopt;
}

}  // namespace unoops::input
