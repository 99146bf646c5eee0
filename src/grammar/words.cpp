#include "grammar/words.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "grammar/scanner.hpp"

namespace unoops::grammar {

bool only_prefixes(std::string_view before) {
  static constexpr std::array<std::string_view, 13> prefixes = {"watchdog: ",
                                                                "NMI watchdog: ",
                                                                "rcu: ",
                                                                "traps: ",
                                                                "Oops: ",
                                                                "mm: ",
                                                                "sched: ",
                                                                "kernel: ",
                                                                "stack-protector: ",
                                                                "INFO: ",
                                                                "x86/fault: ",
                                                                "mce: ",
                                                                "[Hardware Error]: "};
  before = trim_left(before);
  for (bool moved = true; moved && !before.empty();) {
    moved = false;
    for (const auto prefix : prefixes)
      if (before.starts_with(prefix)) before = trim_left(before.substr(prefix.size())), moved = true;
  }
  return before.empty();
}

namespace {

constexpr std::size_t least_address = 6;

// How many characters of "0x1f2e3d4c" or "ffff8881" stand here; 0: too few for an address.
std::size_t address_length(std::string_view text) {
  const std::size_t prefix = text.starts_with("0x") ? 2 : 0;
  std::size_t end = prefix;
  while (end < text.size() && (is_digit(text[end]) || (text[end] >= 'a' && text[end] <= 'f'))) ++end;
  return end - prefix < least_address ? 0 : end;
}

// "+0x1/0x2"
std::size_t offset_length(std::string_view text) {
  if (!text.starts_with("+0x")) return 0;
  std::size_t end = 1;
  while (end < text.size() && (is_word(text[end]) || text[end] == '/')) ++end;
  return end;
}

}  // namespace

bool is_half_number(std::string_view rest_of_line) {
  const auto digits = trim_right(rest_of_line);
  return !digits.empty() && std::ranges::all_of(digits, is_hex) && digits.size() != 8 && digits.size() < 16;
}

std::string plain_words(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto rest = text.substr(i);
    const bool starts = i > 0 && !is_word(text[i - 1]);
    if (const auto address = starts ? address_length(rest) : 0) {
      out += "ADDR";
      i += address;
      continue;
    }
    std::size_t digits = 0;
    while (digits < rest.size() && is_digit(rest[digits])) ++digits;
    if (digits > 0 && starts && (digits == rest.size() || !is_word(rest[digits]))) {
      out += out.ends_with(':') ? "LINE" : out.ends_with("CPU#") ? "" : "NUM";
      if (out.ends_with("CPU#")) out.pop_back();
      if (out.ends_with(":LINE:LINE")) out.resize(out.size() - 5);
      i += digits;
    } else if (const auto offset = i > 0 && is_symbol(text[i - 1]) ? offset_length(rest) : 0) {
      i += offset;
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::string_view dropped_messages(std::string_view text) {
  const auto at = text.find("** ");
  if (at == std::string_view::npos || text.find(" messages dropped **") == std::string_view::npos) return {};
  return text.substr(at + 3, text.find(' ', at + 3) - at - 3);
}

}  // namespace unoops::grammar
