// Text from a log is not to be trusted: neither its bytes nor what a terminal makes of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::base {

// One character of UTF-8 at text[at]: its length, or 0 if the bytes are not one.
std::size_t utf8_length(std::string_view text, std::size_t at);

// Valid UTF-8 whatever the bytes: each byte that is no part of a character becomes U+FFFD.
std::string valid_utf8(std::string_view text);

// What stands between the quotes of a JSON string (RFC 8259, section 7): valid UTF-8, where quotes, backslashes and what
// clean() spells out are escaped in the shortest form. A terminal that a JSON line is shown on obeys nothing of it.
void append_json_text(std::string& out, std::string_view text);
// All of it stands for itself there, as nearly every text does.
bool is_plain_json(std::string_view text);

// For terminals and pages: valid UTF-8 on one line, where control characters, escapes and marks that reorder the text
// are spelled out (\x1b, \u202e). Tabs become blanks.
std::string clean(std::string_view text);

// Columns that clean text takes.
std::size_t display_width(std::string_view text);

// The first `width` columns of clean text, "..." at the end where something was cut.
std::string shortened(std::string_view text, std::size_t width);

// The same, cut in the middle: a title names its function at the end.
std::string shortened_middle(std::string_view text, std::size_t width);

}  // namespace unoops::base
