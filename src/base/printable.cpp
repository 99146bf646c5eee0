#include "base/printable.hpp"

#include <cstdint>
#include <cstdio>
#include <cstring>

namespace unoops::base {

namespace {

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && (byte_at(text, at) & 0xc0) == 0x80;
}

// The smallest second byte that is not an overlong form, the largest that is neither a surrogate nor beyond U+10FFFF.
bool second_byte_fits(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second <= 0x9f;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second <= 0x8f;
    default:
      return true;
  }
}

std::size_t length_by_first_byte(unsigned char first) {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
}

std::uint32_t code_point(std::string_view character) {
  const auto first = byte_at(character, 0);
  if (character.size() == 1) return first;
  std::uint32_t value = first & (0x7fu >> character.size());
  for (std::size_t i = 1; i < character.size(); ++i) value = value << 6 | (byte_at(character, i) & 0x3fu);
  return value;
}

// C0, DEL, C1, the line and paragraph separators, and what turns the direction of text (CVE-2021-42574).
bool misleads(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0xad;
}

// East Asian wide and fullwidth blocks, and pictures.
bool is_wide(std::uint32_t c) {
  return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
         (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
         (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
}

bool is_combining(std::uint32_t c) {
  return (c >= 0x300 && c <= 0x36f) || (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe00 && c <= 0xfe0f);
}

std::size_t columns(std::string_view character) {
  const auto c = code_point(character);
  return is_combining(c) ? 0 : is_wide(c) ? 2 : 1;
}

void spell_out(std::uint32_t c, std::string& out) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, c < 0x100 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(c));
  out += buffer;
}

// The same byte eight times.
constexpr std::uint64_t eight(unsigned char byte) { return 0x0101010101010101u * byte; }

// Bit 7 of a byte says that this one, or one beside it, is no printable ASCII.
constexpr std::uint64_t unprintable(std::uint64_t bytes) {
  return (bytes | (bytes - eight(0x20)) | (bytes + eight(0x01))) & eight(0x80);
}

// The same of bytes that are `byte`.
constexpr std::uint64_t equal(std::uint64_t bytes, unsigned char byte) {
  const auto differs = bytes ^ eight(byte);
  return (differs - eight(0x01)) & ~differs & eight(0x80);
}

// From `at` on, eight bytes at a time, because every byte that is printed is asked.
template <class IsOdd, class IsPlain>
std::size_t end_of_run(std::string_view text, std::size_t at, IsOdd is_odd, IsPlain is_plain) {
  for (std::uint64_t bytes = 0; at + sizeof bytes <= text.size(); at += sizeof bytes) {
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    if (is_odd(bytes) != 0) break;
  }
  while (at < text.size() && is_plain(byte_at(text, at))) ++at;
  return at;
}

constexpr bool is_printable(unsigned char byte) { return byte >= 0x20 && byte < 0x7f; }

// Of characters that stand for themselves everywhere: nearly always all of the text.
std::size_t end_of_plain(std::string_view text, std::size_t at) {
  return end_of_run(text, at, unprintable, is_printable);
}

std::size_t end_of_plain_json(std::string_view text, std::size_t at) {
  return end_of_run(
      text, at, [](std::uint64_t bytes) { return unprintable(bytes) | equal(bytes, '"') | equal(bytes, '\\'); },
      [](unsigned char byte) { return is_printable(byte) && byte != '"' && byte != '\\'; });
}

void escape_in_json(std::uint32_t c, std::string& out) {
  static constexpr std::string_view characters = "\b\t\n\f\r\"\\", letters = "btnfr\"\\";
  const auto at = c < 0x80 ? characters.find(static_cast<char>(c)) : std::string_view::npos;
  char buffer[16];
  if (at == std::string_view::npos)
    std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(c));
  else
    std::snprintf(buffer, sizeof buffer, "\\%c", letters[at]);
  out += buffer;
}

constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

// Runs of what stands for itself as they are, and each character between them as `spell` has it: the character, its code
// point, and whether it is one; a byte that is no part of any is itself.
template <class EndOfPlain, class Spell>
void append_characters(std::string& out, std::string_view text, EndOfPlain end_of_plain_run, Spell spell) {
  for (std::size_t at = 0, from = 0;; from = at) {
    at = end_of_plain_run(text, from);
    out += text.substr(from, at - from);
    if (at == text.size()) return;
    const auto length = utf8_length(text, at);
    const auto character = text.substr(at, length ? length : 1);
    spell(character, length ? code_point(character) : byte_at(text, at), length != 0);
    at += character.size();
  }
}

}  // namespace

std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto first = byte_at(text, at);
  if (first < 0x80) return 1;
  const std::size_t length = length_by_first_byte(first);
  for (std::size_t i = 1; i < length; ++i)
    if (!is_continuation(text, at + i)) return 0;
  return length != 0 && second_byte_fits(first, byte_at(text, at + 1)) ? length : 0;
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  const auto end_of_ascii = [](std::string_view all, std::size_t at) {
    return end_of_run(
        all, at, [](std::uint64_t bytes) { return bytes & eight(0x80); },
        [](unsigned char byte) { return byte < 0x80; });
  };
  append_characters(out, text, end_of_ascii, [&](std::string_view character, std::uint32_t, bool valid) {
    out += valid ? character : replacement;
  });
  return out;
}

bool is_plain_json(std::string_view text) { return end_of_plain_json(text, 0) == text.size(); }

void append_json_text(std::string& out, std::string_view text) {
  append_characters(out, text, end_of_plain_json, [&](std::string_view character, std::uint32_t c, bool valid) {
    if (valid && (c == '"' || c == '\\' || misleads(c)))
      escape_in_json(c, out);
    else
      out += valid ? character : replacement;
  });
}

std::string clean(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_characters(out, text, end_of_plain, [&](std::string_view character, std::uint32_t c, bool valid) {
    if (c == '\t')
      out += ' ';
    else if (!valid || misleads(c))
      spell_out(c, out);
    else
      out += character;
  });
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = end_of_plain(text, 0);
  for (std::size_t at = width; at < text.size();) {
    const auto length = utf8_length(text, at);
    width += length ? columns(text.substr(at, length)) : 1;
    at += length ? length : 1;
  }
  return width;
}

namespace {

// How many bytes take at most `room` columns.
std::size_t prefix_of(std::string_view text, std::size_t room) {
  std::size_t at = 0, used = 0;
  while (at < text.size()) {
    const auto length = utf8_length(text, at);
    const auto step = length ? columns(text.substr(at, length)) : 1;
    if (used + step > room) break;
    used += step;
    at += length ? length : 1;
  }
  return at;
}

}  // namespace

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  return std::string(text.substr(0, prefix_of(text, width > 3 ? width - 3 : 0))) + "...";
}

std::string shortened_middle(std::string_view text, std::size_t width) {
  const auto full = display_width(text);
  if (full <= width) return std::string(text);
  const std::size_t room = width > 3 ? width - 3 : 0, front = room * 2 / 5;
  auto head = text.substr(0, prefix_of(text, front)), tail = text.substr(prefix_of(text, full - (room - front)));
  // Cuts at a blank, if that keeps more than half of the text.
  if (const auto blank = head.rfind(' '); blank != std::string_view::npos && blank > head.size() / 2)
    head = head.substr(0, blank + 1);
  if (const auto blank = tail.find(' '); blank < tail.size() / 2) tail = tail.substr(blank);
  return std::string(head) + "..." + std::string(tail);
}

}  // namespace unoops::base
