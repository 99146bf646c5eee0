#include "input/quoted_printable.hpp"

#include <charconv>

#include "base/limits.hpp"

namespace unoops::input {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_any_case(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (lower(text[i]) != word[i]) return false;
  return true;
}

void append_decoded(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const char* digits = text.data() + i + 1;
    if (text[i] == '=' && i + 2 < text.size() && std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
      out += static_cast<char>(static_cast<unsigned char>(value));
      i += 2;
    } else {
      out += text[i];
    }
  }
}

}  // namespace

void QuotedPrintable::look_for_heading(std::string_view line) {
  constexpr std::string_view heading = "content-transfer-encoding:";
  if (line.empty() || lower(line.front()) != 'c' || !starts_with_any_case(line, heading)) return;
  line.remove_prefix(heading.size());
  while (line.starts_with(' ')) line.remove_prefix(1);
  on_ = starts_with_any_case(line, "quoted-printable");
}

bool QuotedPrintable::decode(RawLine& raw) {
  std::string_view text = raw.bytes;
  while (text.ends_with('\r')) text.remove_suffix(1);
  if (!open_) {
    joined_.clear();
    first_ = raw;
  }
  const bool goes_on = text.ends_with('=') && joined_.size() + text.size() <= limits::line_bytes;
  if (goes_on) text.remove_suffix(1);
  append_decoded(joined_, text);
  open_ = goes_on;
  raw.number = first_.number;
  raw.offset = first_.offset;
  raw.bytes = joined_;
  return !goes_on;
}

}  // namespace unoops::input
