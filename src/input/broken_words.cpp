#include "input/broken_words.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "base/text.hpp"
#include "grammar/scanner.hpp"

namespace unoops::input {

std::string_view first_word(std::string_view s) { return s.substr(0, s.find_first_of(" \t")); }

std::string_view last_word(std::string_view s) {
  const auto at = s.find_last_of(" \t");
  return at == std::string_view::npos ? s : s.substr(at + 1);
}

namespace {

// "foo+0x12/0x34"
bool is_symbol_ref(std::string_view word) {
  Scanner s(word);
  std::string_view symbol;
  std::uint64_t number = 0;
  return s.symbol(symbol) && s.lit("+") && s.hex0x(number) && s.lit("/") && s.hex0x(number);
}

std::size_t hex_digits(std::string_view word) {
  if (word.starts_with("0x")) word.remove_prefix(2);
  return static_cast<std::size_t>(std::find_if_not(word.begin(), word.end(), is_hex) - word.begin());
}

// "ffff888012345678", "0x10", "0000000000000000(0063)", "0018:ffffc90000123e58"
bool is_value(std::string_view word) {
  const auto digits = hex_digits(word);
  if (digits < (word.starts_with("0x") ? 1U : 4U)) return false;
  const auto rest = word.substr(digits + (word.starts_with("0x") ? 2 : 0));
  return rest.empty() || rest.front() == '(' || rest.front() == ':' || rest.front() == ',' || rest.front() == '-';
}

// "RAX:", "x29:", "CR2:", "GPR04:", "knlGS:0000000000000000"
bool is_register(std::string_view word) {
  const auto colon = word.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 8 || is_digit(word.front())) return false;
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(colon), is_word) &&
         (colon + 1 == word.size() || is_value(word.substr(colon + 1)));
}

// "48", "<0f>", "(b9400021)": what `Code:` lists
bool is_code(std::string_view word) {
  if (word.size() > 2 && (word.front() == '<' || word.front() == '(')) word = word.substr(1, word.size() - 2);
  return !word.empty() && word.size() <= 8 && hex_digits(word) == word.size();
}

// "fp=0x0000000000000000"
bool is_assignment(std::string_view word) {
  const auto equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == word.size()) return false;
  const auto name = word.substr(0, equals);
  return std::all_of(name.begin(), name.end(), [](char c) { return is_word(c) || c == '@'; });
}

// "ext4", "kfault(OE)", "[last", "unloaded:", "foo]"
bool is_module(std::string_view word) {
  if (word == "[last" || word == "unloaded:" || word == "unloaded") return true;
  if (word.ends_with(':')) return false;
  const auto name = word.substr(0, word.find_first_of("(:]"));
  return !name.empty() && std::all_of(name.begin(), name.end(), is_word);
}

template <class Predicate>
bool every_word(std::string_view text, Predicate wanted) {
  Scanner s(text);
  std::string_view word;
  while (s.blanks().word(word))
    if (!wanted(word)) return false;
  return true;
}

// Of registers' names only the shortest have neither a digit nor a capital: "lr", "pc".
bool is_english(std::string_view word) {
  return word.size() > 2 && std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool is_bracketed(std::string_view word) { return word.starts_with("[<") && word.ends_with(">]"); }

// A word that never ends a line of the kernel's: a value, a symbol or a version has to follow.
bool asks_for_more(std::string_view word) {
  static constexpr std::array<std::string_view, 16> words{
      "at",   "in",   "by", "for",      "from", "of",  "to", "address",
      "addr", "task", "?",  "address:", "at:",  "and", "is", "was"};
  return std::find(words.begin(), words.end(), word) != words.end() ||
         (word.ends_with(':') && is_register(word) && !is_english(word.substr(0, word.size() - 1))) ||
         is_bracketed(word);
}

// "04/01/2014": a BIOS'
bool is_date(std::string_view word) { return word.size() == 10 && word[2] == '/' && word[5] == '/'; }

// "(i440FX + PIIX," and "1996), BIOS ...": what is open is closed.
bool closes(std::string_view line, std::string_view more) {
  int depth = 0;
  for (const char c : line) {
    if (c == '(') ++depth;
    if (c == ')' && depth > 0) --depth;
  }
  const auto end = more.find_first_of("()");
  return depth > 0 && end != std::string_view::npos && more[end] == ')';
}

// "GPR00: c0000000001cfebc c000000002c13bf0" goes on with values alone; a row of its own has a name.
bool goes_on_with_values(std::string_view line, std::string_view more) {
  const auto colon = line.find(": ");
  const auto wide = [](std::string_view word) { return word.size() >= 8 && hex_digits(word) == word.size(); };
  return colon <= 8 && every_word(line.substr(colon + 2), wide) && every_word(more, wide);
}

// "by task" "cat/123", "Allocated by task" "123:"
bool is_task(std::string_view word) {
  const auto slash = word.rfind('/');
  const auto pid = word.substr(slash == std::string_view::npos ? 0 : slash + 1);
  const auto digits = pid.ends_with(':') ? pid.substr(0, pid.size() - 1) : pid;
  return !digits.empty() && std::ranges::all_of(digits, is_digit);
}

// "fs/foo.c:12", of a WARNING: the function follows.
bool is_place(std::string_view word) {
  const auto colon = word.rfind(':');
  return colon != std::string_view::npos && colon + 1 < word.size() && word.find('.') < colon &&
         std::ranges::all_of(word.substr(colon + 1), is_digit);
}

bool is_version(std::string_view text) {
  return is_digit(text.front()) && text.find('.') != std::string_view::npos &&
         text.find(" #") != std::string_view::npos;
}

}  // namespace

// "RAX: 0000000000000000" "RBX: ..."
bool goes_on_with_register(std::string_view line, std::string_view more) {
  const auto last = last_word(line);
  const bool value = is_value(last) || (is_register(last) && !last.ends_with(':'));  // "GS:ffff888003b5c000(0000)"
  return value && is_register(first_word(more));
}

bool is_offset_of(std::string_view last, std::string_view rest) {
  return rest.starts_with('+') && !last.empty() && std::ranges::all_of(last, is_symbol) && !is_digit(last.front()) &&
         is_symbol_ref("a" + std::string(first_word(rest)));
}

// Bytes at the pc. "<48> 8b 05" looks like a level otherwise.
bool is_more_code(std::string_view line, std::string_view more) {
  return line.find("Code: ") != std::string_view::npos && every_word(more, is_code);
}

bool completes(std::string_view line, std::string_view more, bool prefixed) {
  const auto last = last_word(line);
  const auto first = first_word(more);
  const auto has = [&](std::string_view words) { return line.find(words) != std::string_view::npos; };
  if (has("Modules linked in:") && every_word(more, is_module)) return true;
  if (has("Hardware name: ") && (last == "BIOS" || is_date(last_word(more)))) return true;
  if (has(" PID: ") &&
      (is_version(more) || more.starts_with('#') || more.starts_with("Tainted: ") || more.starts_with("tainted ")))
    return true;
  if (asks_for_more(last) && (is_value(first) || is_symbol_ref(first))) return true;
  if (is_symbol_ref(last) && more.front() == '[' && more.find(']') != std::string_view::npos) return true;
  if (last == "task" && is_task(first)) return true;
  if (has("WARNING: ") && is_place(last) && is_symbol_ref(first)) return true;
  if (has(" NULL pointer dereference") && first == "address:") return true;
  if (goes_on_with_values(line, more) || closes(line, more)) return true;
  if (!prefixed) return false;  // what follows could stand for itself
  if (is_assignment(last) && is_assignment(first)) return true;
  if (last.ends_with(',') || goes_on_with_register(line, more)) return true;
  if (asks_for_more(last) && is_bracketed(first)) return true;
  return hex_digits(last) == last.size() && last.size() >= 2 && is_value(first);
}

bool are_one_word(std::string_view last, std::string_view first) {
  if (is_symbol_ref(first)) return !asks_for_more(last) && std::all_of(last.begin(), last.end(), is_symbol);
  if (!is_symbol_ref(last) && is_symbol_ref(std::string(last) + std::string(first))) return true;
  const auto digits = last.size() + first.size();
  return hex_digits(last) == last.size() && hex_digits(first) == first.size() && (digits == 8 || digits == 16);
}

}  // namespace unoops::input
