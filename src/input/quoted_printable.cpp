#include "input/quoted_printable.hpp"

#include <charconv>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace unoops::input {

namespace {

bool starts_with_any_case(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (lower(text[i]) != word[i]) return false;
  return true;
}

// RFC 2045 6.7: no line is longer than 76, and one that goes on is filled.
bool is_soft_break(std::string_view text) {
  constexpr std::size_t longest = 76;
  return text.ends_with('=') && !text.ends_with("==") && text.size() <= longest && text.size() > longest - 4;
}

// "=3D" stands for every '=': one that is followed by neither two hex digits nor the line's end was never encoded.
bool is_encoded(std::string_view text) {
  if (text.find("=3D") == std::string_view::npos) return false;
  const auto is_upper_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); };
  for (auto at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1))
    if (at + 1 != text.size() && !(at + 2 < text.size() && is_upper_hex(text[at + 1]) && is_upper_hex(text[at + 2])))
      return false;
  return true;
}

}  // namespace

void QuotedPrintable::append_decoded(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const char* digits = text.data() + i + 1;
    const bool code =
        text[i] == '=' && i + 2 < text.size() && std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2;
    if (code && (mode_ == Mode::whole || value == '=' || (value == ' ' && i + 3 == text.size()))) {
      joined_ += static_cast<char>(static_cast<unsigned char>(value));
      i += 2;
    } else {
      joined_ += text[i];
    }
  }
}

void QuotedPrintable::look_for(std::string_view line) {
  constexpr std::string_view heading = "content-transfer-encoding:";
  if (line.empty()) return;
  if (lower(line.front()) == 'c' && starts_with_any_case(line, heading)) {
    line.remove_prefix(heading.size());
    while (line.starts_with(' ')) line.remove_prefix(1);
    mode_ = starts_with_any_case(line, "quoted-printable") ? Mode::whole : Mode::off;
    return;
  }
  constexpr std::size_t longest = 76 + 2;  // the last line of several is shorter, and has a \r
  if (mode_ != Mode::off || line.size() > longest) return;
  while (line.ends_with('\r')) line.remove_suffix(1);
  // " =" ends lines of the kernel's own: "Node 0 DMA: ... 0*4096kB ="
  encoded_ += is_encoded(line);
  if ((is_soft_break(line) && !line.ends_with(" =")) || encoded_ > 1) mode_ = Mode::remains;
}

bool QuotedPrintable::decode(RawLine& raw) {
  std::string_view text = raw.bytes;
  while (text.ends_with('\r')) text.remove_suffix(1);
  if (!open_) {
    joined_.clear();
    first_ = raw;
  }
  const bool goes_on = text.ends_with('=') && (mode_ == Mode::whole || is_soft_break(text)) &&
                       joined_.size() + text.size() <= limits::line_bytes;
  if (goes_on) text.remove_suffix(1);
  append_decoded(text);
  open_ = goes_on;
  raw.number = first_.number;
  raw.offset = first_.offset;
  raw.bytes = joined_;
  return !goes_on;
}

}  // namespace unoops::input
