#include "input/residue.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "grammar/scanner.hpp"

namespace unoops::input {

namespace {

// Bytes that make a line worth a second look. Everything else passes at the speed of one table look-up a byte.
constexpr auto suspicious = [] {
  std::array<std::uint8_t, 256> table{};
  constexpr std::string_view bytes("\0\x01\a\r\x1b\x1e&^\xA0\xC2\xE2\xEF", 12);
  for (const char c : bytes) table[static_cast<unsigned char>(c)] = 1;
  return table;
}();

// The same question for eight bytes at once, answered "maybe" too often (tabs, other control characters, all of UTF-8).
bool maybe_suspicious(std::uint64_t eight) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t tops = 0x8080808080808080;
  const auto has_zero = [](std::uint64_t x) { return (x - ones) & ~x; };
  const std::uint64_t control = (eight - ones * 0x20) & ~eight;
  const std::uint64_t ampersand = has_zero(eight ^ (ones * '&'));
  const std::uint64_t caret = has_zero(eight ^ (ones * '^'));
  return ((control | ampersand | caret | eight) & tops) != 0;
}

bool is_suspicious(std::string_view line) {
  const auto eight_at = [&](std::size_t at) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, line.data() + at, sizeof eight);
    return eight;
  };
  std::size_t i = 0;
  while (i + 8 <= line.size() && !maybe_suspicious(eight_at(i))) i += 8;
  if (i != 0 && i + 8 > line.size() && !maybe_suspicious(eight_at(line.size() - 8))) return false;
  std::uint8_t seen = 0;
  for (; i < line.size(); ++i) seen = static_cast<std::uint8_t>(seen | suspicious[static_cast<unsigned char>(line[i])]);
  return seen != 0;
}

std::string_view strip_returns(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  while (line.starts_with('\r')) line.remove_prefix(1);
  return line;
}

bool in(char c, unsigned char low, unsigned char high) {
  const auto u = static_cast<unsigned char>(c);
  return u >= low && u <= high;
}

// ECMA-48: CSI sequences, OSC strings, and the short ones. An unfinished sequence loses its ESC alone.
std::size_t escape_length(std::string_view s) {
  if (s.size() < 2) return 1;
  std::size_t i = 2;
  if (s[1] == '[') {
    while (i < s.size() && in(s[i], 0x30, 0x3f)) ++i;
    while (i < s.size() && in(s[i], 0x20, 0x2f)) ++i;
    return i < s.size() && in(s[i], 0x40, 0x7e) ? i + 1 : 1;
  }
  if (s[1] == ']') {
    while (i < s.size() && s[i] != '\a' && s[i] != '\x1b') ++i;
    if (i == s.size()) return 2;
    return s[i] == '\a' ? i + 1 : i + (i + 1 < s.size() && s[i + 1] == '\\' ? 2 : 0);
  }
  i = 1;
  while (i < s.size() && in(s[i], 0x20, 0x2f)) ++i;
  return i < s.size() && in(s[i], 0x30, 0x7e) ? i + 1 : 1;
}

// What remains of a colour where the ESC got lost: "[0m", "[1;31m"; a plain "[31m" only at the line's start.
std::size_t colour_remains(std::string_view s, bool at_start) {
  std::size_t i = 1;
  bool several = false;
  while (i < s.size() && (is_digit(s[i]) || s[i] == ';')) several |= s[i++] == ';';
  if (i == 1 || i >= s.size() || s[i] != 'm') return 0;
  return at_start || several || s.substr(0, i) == "[0" ? i + 1 : 0;
}

struct Replacement {
  std::string_view from, to;
};
constexpr auto replacements = std::to_array<Replacement>({
    {"&lt;", "<"},
    {"&gt;", ">"},
    {"&amp;", "&"},
    {"&quot;", "\""},
    {"&apos;", "'"},
    {"&plus;", "+"},
    {"&lsqb;", "["},
    {"&rsqb;", "]"},
    {"&nbsp;", " "},
    {"\xC2\xA0", " "},  // no-break space
    {"\xE2\x80\x94-[", "---["},
    {"\xE2\x80\x94", "---"},  // "---[ end trace", quotes and dots in the hands of a typographer
    {"\xE2\x80\x93", "--"},
    {"\xE2\x80\x98", "'"},
    {"\xE2\x80\x99", "'"},
    {"\xE2\x80\x9C", "\""},
    {"\xE2\x80\x9D", "\""},
    {"\xE2\x80\xA6", "..."},
    {"\xEF\xBB\xBF", ""},  // byte order mark
    {"\xE2\x80\x8B", ""},  // zero-width space
});

const Replacement* replacement(std::string_view s) {
  for (const auto& r : replacements)
    if (s.starts_with(r.from)) return &r;
  return nullptr;
}

// "&#43;", "&#x2B;": ASCII only. Its length, 0 if it is none.
std::size_t numeric_entity(std::string_view s, std::string& out) {
  Scanner ahead(s);
  unsigned code = 0;
  if (!ahead.lit("&#")) return 0;
  const bool hex = ahead.lit("x") || ahead.lit("X");
  if (!(hex ? ahead.hex(code) : ahead.dec(code)) || !ahead.lit(";") || code < 0x20 || code > 0x7e) return 0;
  out += static_cast<char>(code);
  return s.size() - ahead.rest().size();
}

// What a page or a tracker left behind the text.
std::string_view without_markup(std::string_view line) {
  static constexpr std::array<std::string_view, 10> endings{"</body>", "</html>", "<br>",    "<br/>",  "<br />",
                                                            "</pre>",  "</code>", "</span>", "</div>", "{noformat}"};
  for (bool found = true; found && !line.empty() && (line.back() == '>' || line.back() == '}');) {
    found = false;
    for (const auto ending : endings) {
      if (line.size() == ending.size() || !line.ends_with(ending)) continue;
      line.remove_suffix(ending.size());
      found = true;
    }
  }
  return line;
}

bool is_level_mark(char c) { return (c >= '0' && c <= '7') || c == 'c' || c == 'd'; }

// How many bytes at the front of s go away (0: none), and what replaces them.
std::size_t mutation(std::string_view s, bool at_start, std::string_view& with, std::optional<int>& level) {
  with = {};
  switch (s.front()) {
    case '\0':
      return std::min(s.find_first_not_of('\0'), s.size());
    case '\a':
    case '\x1e':
      return 1;
    case '\r':
      with = " ";
      return 1;
    case '\x1b':
      return escape_length(s);
    case '\x01':
      if (s.size() < 2 || !is_level_mark(s[1])) return 0;
      if (is_digit(s[1])) level = s[1] - '0';
      return 2;
    case '^':
      if (s.starts_with("^[[")) {
        const auto n = colour_remains(s.substr(2), true);
        return n ? n + 2 : 0;
      }
      return at_start && s.size() > 2 && s[1] == 'A' && is_level_mark(s[2]) ? 3 : 0;
    case '[':
      return colour_remains(s, at_start);
    default:
      break;
  }
  const Replacement* r = replacement(s);  // all begin with a byte of `suspicious`, or with ']'
  if (!r) return 0;
  with = r->to;
  return r->from.size();
}

// The bytes at which mutation() may find something.
constexpr auto may_mutate = [] {
  auto table = suspicious;
  for (const char c : {'[', ']'}) table[static_cast<unsigned char>(c)] = 1;
  return table;
}();

bool has_colour_remains(std::string_view line) { return line.starts_with('[') && colour_remains(line, true) != 0; }

}  // namespace

Cleaned clean(std::string_view line, std::string& scratch) {
  line = without_markup(strip_returns(line));
  if (!is_suspicious(line) && !has_colour_remains(line)) return {line, {}};
  Cleaned out;
  scratch.clear();
  for (std::size_t i = 0; i < line.size();) {
    std::size_t plain = i;
    while (plain < line.size() && !may_mutate[static_cast<unsigned char>(line[plain])]) ++plain;
    scratch.append(line, i, plain - i);
    i = plain;
    if (i == line.size()) break;
    if (const std::size_t entity = numeric_entity(line.substr(i), scratch)) {
      i += entity;
      continue;
    }
    // Latin-1's no-break space: in UTF-8 no such byte follows ASCII.
    if (line[i] == '\xA0' && (scratch.empty() || static_cast<unsigned char>(scratch.back()) < 0x80)) {
      scratch += ' ';
      ++i;
      continue;
    }
    std::string_view with;
    const std::size_t gone = mutation(line.substr(i), scratch.empty(), with, out.level);
    if (gone == 0)
      scratch += line[i];
    else
      scratch += with;
    i += gone ? gone : 1;
  }
  out.text = strip_returns(scratch);
  return out;
}

}  // namespace unoops::input
