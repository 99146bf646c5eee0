#include "input/escapes.hpp"

#include <charconv>
#include <optional>

#include "grammar/scanner.hpp"

namespace unoops::input {

namespace {

// Exactly n digits of a base behind the mark.
std::optional<unsigned> number(std::string_view s, std::size_t n, int base) {
  unsigned value = 0;
  if (s.size() < n) return {};
  const auto [end, error] = std::from_chars(s.data(), s.data() + n, value, base);
  if (error != std::errc{} || end != s.data() + n) return {};
  return value;
}

// `one` reads the escape at the front of its argument, appends what it means, and tells its length (0: it is none).
template <class One>
std::string_view unescape(std::string_view text, char mark, std::string& room, One one) {
  auto at = text.find(mark);
  if (at == std::string_view::npos) return text;
  room.clear();
  std::size_t done = 0;
  for (; at != std::string_view::npos; at = text.find(mark, at)) {
    room.append(text, done, at - done);
    const std::size_t length = one(text.substr(at), room);
    done = at + length;
    at = length ? done : at + 1;
  }
  room.append(text, done);
  return room;
}

void append_utf8(std::string& out, unsigned code) {
  const auto byte = [&](unsigned b) { out += static_cast<char>(static_cast<unsigned char>(b)); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xC0 | code >> 6);
  } else {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
  }
  byte(0x80 | (code & 0x3F));
}

}  // namespace

// "^A4", "\\x014": a level mark that leaked into the text (SOH and a level, since v3.6), as viewers print it.
std::string_view without_leaked_level(std::string_view text, std::optional<int>& level) {
  if (text.empty() || (text.front() != '^' && text.front() != '\\')) return text;
  for (const std::string_view mark : {"^A", "\\x01"}) {
    if (!text.starts_with(mark) || text.size() == mark.size()) continue;
    const char c = text[mark.size()];
    if ((c < '0' || c > '7') && c != 'c' && c != 'd') continue;
    if (is_digit(c)) level = c - '0';
    return text.substr(mark.size() + 1);
  }
  return text;
}

std::string_view unescape_octal(std::string_view text, std::string& room) {
  return unescape(text, '#', room, [](std::string_view s, std::string& out) -> std::size_t {
    const auto code = number(s.substr(1), 3, 8);
    // "#123" is a number that the kernel printed, "#000003ff7fe6c6fa:" an address (s390's disassembly).
    if (!code || *code == 0 || *code >= 0x20) return 0;
    out += static_cast<char>(*code);
    return 4;
  });
}

std::string_view unescape_hex(std::string_view text, std::string& room) {
  return unescape(text, '\\', room, [](std::string_view s, std::string& out) -> std::size_t {
    const auto code = s.substr(1).starts_with('x') ? number(s.substr(2), 2, 16) : std::nullopt;
    if (!code) return 0;
    out += static_cast<char>(static_cast<unsigned char>(*code));
    return 4;
  });
}

std::string_view unescape_breaks(std::string_view text, std::string& room) {
  if (text.find("\\x0") == std::string_view::npos) return text;
  return unescape(text, '\\', room, [](std::string_view s, std::string& out) -> std::size_t {
    if (!s.starts_with("\\x0a") && !s.starts_with("\\x09")) return 0;
    out += s[3] == 'a' ? '\n' : '\t';
    return 4;
  });
}

std::string_view unescape_json(std::string_view text, std::string& room) {
  return unescape(text, '\\', room, [](std::string_view s, std::string& out) -> std::size_t {
    static constexpr std::string_view letters = "nrtbf\"\\/";
    static constexpr std::string_view meant = "\n\r\t\b\f\"\\/";
    if (s.size() < 2) return 0;
    if (const auto i = letters.find(s[1]); i != std::string_view::npos) {
      out += meant[i];
      return 2;
    }
    const auto code = s[1] == 'u' ? number(s.substr(2), 4, 16) : std::nullopt;
    if (!code) return 0;
    append_utf8(out, *code);
    return 6;
  });
}

}  // namespace unoops::input
