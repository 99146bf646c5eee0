// Small questions about text.
#pragma once

#include <array>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::base {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// What a byte is, looked up, because every byte of a report's lines is asked several times.
enum ByteClass : unsigned char { hex_byte = 1, word_byte = 2, symbol_byte = 4 };
inline constexpr auto byte_classes = [] {
  std::array<unsigned char, 256> out{};
  for (unsigned byte = 0; byte < 128; ++byte) {
    const char c = static_cast<char>(byte);
    const bool letter = (c >= 'a' && c <= 'z') || is_upper(c);
    const bool hex = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    const bool word = letter || is_digit(c) || c == '_';
    const bool symbol = word || c == '.' || c == '$' || c == '@';
    out[byte] = static_cast<unsigned char>((hex ? hex_byte : 0) | (word ? word_byte : 0) | (symbol ? symbol_byte : 0));
  }
  return out;
}();
constexpr bool is_hex(char c) { return (byte_classes[static_cast<unsigned char>(c)] & hex_byte) != 0; }
constexpr bool is_word(char c) { return (byte_classes[static_cast<unsigned char>(c)] & word_byte) != 0; }
// A symbol's characters: Rust v0 and C++ names, suffixes (.isra.0, $x), ppc64's leading dot.
constexpr bool is_symbol(char c) { return (byte_classes[static_cast<unsigned char>(c)] & symbol_byte) != 0; }

constexpr std::string_view trim_left(std::string_view s) {
  while (!s.empty() && is_blank(s.front())) s.remove_prefix(1);
  return s;
}
constexpr std::string_view trim_right(std::string_view s) {
  while (!s.empty() && (is_blank(s.back()) || s.back() == '\r')) s.remove_suffix(1);
  return s;
}
constexpr std::string_view trim(std::string_view s) { return trim_left(trim_right(s)); }

constexpr char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

// Of short names that tell each other apart by their ends, as registers do: fewer calls than == makes.
constexpr bool equal_from_end(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a.empty() || a.back() == b.back()) && a == b;
}

// "foo" is foo, "foo*" begins with foo, "*foo" ends so, "*foo*" holds it.
constexpr bool matches_pattern(std::string_view name, std::string_view pattern) {
  const bool open_front = pattern.starts_with('*'), open_back = pattern.size() > 1 && pattern.ends_with('*');
  if (open_front) pattern.remove_prefix(1);
  if (open_back) pattern.remove_suffix(1);
  if (open_front && open_back) return name.find(pattern) != std::string_view::npos;
  if (open_front) return name.ends_with(pattern);
  if (open_back) return name.starts_with(pattern);
  return name == pattern;
}

// A line drawn with one of these characters, at least so many of it.
constexpr bool is_ruler(std::string_view text, std::string_view any, std::size_t least) {
  return text.size() >= least && any.find(text.front()) != std::string_view::npos &&
         text.find_first_not_of(text.front()) == std::string_view::npos;
}

}  // namespace unoops::base
