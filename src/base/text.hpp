// Small questions about text.
#pragma once

#include <string_view>

namespace unoops {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || is_upper(c) || c == '_'; }

constexpr std::string_view trim_left(std::string_view s) {
  while (!s.empty() && is_blank(s.front())) s.remove_prefix(1);
  return s;
}
constexpr std::string_view trim_right(std::string_view s) {
  while (!s.empty() && (is_blank(s.back()) || s.back() == '\r')) s.remove_suffix(1);
  return s;
}
constexpr std::string_view trim(std::string_view s) { return trim_left(trim_right(s)); }

// "foo" is foo, "foo*" is every name that starts with foo, "*foo*" every name that holds it.
constexpr bool matches_pattern(std::string_view name, std::string_view pattern) {
  if (pattern.size() > 2 && pattern.front() == '*' && pattern.back() == '*')
    return name.find(pattern.substr(1, pattern.size() - 2)) != std::string_view::npos;
  if (!pattern.empty() && pattern.back() == '*') return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return name == pattern;
}

}  // namespace unoops
