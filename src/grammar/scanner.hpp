// The words of a kernel line. A verb advances on success or does not move: look ahead on a copy, commit at the end.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "base/rooms.hpp"
#include "base/text.hpp"

namespace unoops::grammar {

class Scanner {
 public:
  constexpr explicit Scanner(std::string_view text) : rest_(text) {}

  constexpr std::string_view rest() const { return rest_; }
  constexpr bool at_end() const { return rest_.empty(); }
  constexpr char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  constexpr bool lit(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  constexpr Scanner& blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    return *this;
  }
  // Everything up to `word`, which is taken too.
  constexpr bool until(std::string_view word, std::string_view& out) {
    const auto at = rest_.find(word);
    if (at == std::string_view::npos) return false;
    out = rest_.substr(0, at);
    rest_.remove_prefix(at + word.size());
    return true;
  }
  // The same, up to the last `word` of the line: for names that may hold anything.
  constexpr bool until_last(std::string_view word, std::string_view& out) {
    const auto at = rest_.rfind(word);
    if (at == std::string_view::npos) return false;
    out = rest_.substr(0, at);
    rest_.remove_prefix(at + word.size());
    return true;
  }
  constexpr bool skip_to(std::string_view word) {
    std::string_view ignored;
    return until(word, ignored);
  }
  template <class Predicate>
  constexpr bool run(Predicate wanted, std::string_view& out) {
    std::size_t n = 0;
    while (n < rest_.size() && wanted(rest_[n])) ++n;
    if (n == 0) return false;
    out = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return true;
  }
  constexpr bool word(std::string_view& out) {
    return run([](char c) { return !is_blank(c); }, out);
  }
  constexpr bool symbol(std::string_view& out) { return run(is_symbol, out); }

  template <class Int>
  bool dec(Int& out) {
    return number(out, 10);
  }
  template <class Int>
  bool hex(Int& out) {
    return number(out, 16);
  }  // no 0x
  template <class Int>
  bool hex0x(Int& out) {
    Scanner ahead = *this;
    if (!ahead.lit("0x") || !ahead.hex(out)) return false;
    *this = ahead;
    return true;
  }
  // Exactly n hex digits (fewer or more: no).
  template <class Int>
  bool hex_n(std::size_t n, Int& out) {
    std::size_t have = 0;
    while (have < rest_.size() && is_hex(rest_[have])) ++have;
    return have == n && hex(out);
  }

 private:
  template <class Int>
  bool number(Int& out, int base) {
    static_assert(std::is_integral_v<Int>);
    // "0x" is for hex0x: from_chars would stop behind the 0 anyway. A sign is taken for signed types in base 10 only.
    if (rest_.empty() || (rest_.front() == '-' && (base == 16 || std::is_unsigned_v<Int>))) return false;
    Int value{};
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value, base);
    if (error != std::errc{}) return false;
    out = value;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return true;
  }

  std::string_view rest_;
};

}  // namespace unoops::grammar
