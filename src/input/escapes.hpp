// How transports write the bytes that they do not want to print. Text without escapes is given back as it is; otherwise
// the result is in `room`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::input {

std::string_view unescape_octal(std::string_view, std::string& room);   // rsyslog: "#011"
std::string_view unescape_hex(std::string_view, std::string& room);     // /dev/kmsg: "\x0a"
std::string_view unescape_breaks(std::string_view, std::string& room);  // only "\x0a" and "\x09": vmcore-dmesg, dmesg
std::string_view unescape_json(std::string_view, std::string& room);    // "\n", "A", "\""
std::string_view without_leaked_level(std::string_view, std::optional<int>& level);  // "^A4", "\\x014"

}  // namespace unoops::input
