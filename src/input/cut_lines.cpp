#include "input/cut_lines.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/text.hpp"

namespace unoops::input {
namespace {

// `less -S`, which journalctl starts, has a '>' in the last column of a line that goes on; systemctl status and other
// tables end it with dots.
constexpr std::array<std::string_view, 2> marks{">", "..."};  // residue.cpp makes three dots of the one character

// The kernel's own '>' closes a '<' of its line ("<TASK>", "Code: 0f <0b>"), or is an arrow's head.
bool is_closing(std::string_view text) {
  std::ptrdiff_t open = 0;
  for (const char c : text.substr(0, text.size() - 1))
    open = c == '<' ? open + 1 : c == '>' ? std::max<std::ptrdiff_t>(open - 1, 0) : open;
  const auto before = text.substr(0, text.size() - 1);
  return open > 0 || before.ends_with('-') || before.ends_with('=') || before.ends_with('>') || before.empty();
}

// "ffffc164c98c71", "foo+0x10/0x2", "0x12": people end whole words with dots, too, but no number.
bool is_number(std::string_view word) {
  const bool hex = std::ranges::all_of(word, is_hex) && std::ranges::any_of(word, is_digit);
  return hex || word.starts_with("0x") || word.find("+0x") != std::string_view::npos;
}

// As many digits as a 64-bit kernel prints.
bool is_whole_number(std::string_view word) {
  constexpr std::size_t long_word = 16;
  return word.size() == long_word && std::ranges::all_of(word, is_hex);
}

}  // namespace

std::string_view without_cut_word(std::string_view text, std::string_view& cut) {
  const auto line = trim_right(text);
  const auto* const mark = std::ranges::find_if(marks, [&](std::string_view m) { return line.ends_with(m); });
  if (mark == marks.end()) return text;
  const auto body = line.substr(0, line.size() - mark->size());
  const auto blank = body.find_last_of(" \t");
  const auto word = body.substr(blank == std::string_view::npos ? 0 : blank + 1);
  if (*mark == ">" ? is_closing(line) : !is_number(word)) return text;
  if (is_whole_number(word)) return body;
  const auto whole = body.substr(0, body.size() - word.size());
  const auto name = trim_right(whole);
  const auto begin = word.empty() ? body.size() : name.ends_with(':') ? name.find_last_of(" \t") + 1 : whole.size();
  cut = body.substr(begin);
  return whole;
}

}  // namespace unoops::input
