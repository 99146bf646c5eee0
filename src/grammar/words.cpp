#include "grammar/words.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "grammar/scanner.hpp"

namespace unoops {

bool only_prefixes(std::string_view before) {
  static constexpr std::array<std::string_view, 11> prefixes = {
      "watchdog: ", "NMI watchdog: ",    "rcu: ",  "traps: ",    "Oops: ", "mm: ", "sched: ",
      "kernel: ",   "stack-protector: ", "INFO: ", "x86/fault: "};
  before = trim_left(before);
  for (bool moved = true; moved && !before.empty();) {
    moved = false;
    for (const auto prefix : prefixes)
      if (before.starts_with(prefix)) before = trim_left(before.substr(prefix.size())), moved = true;
  }
  return before.empty();
}

std::string plain_words(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const bool starts = i == 0 || !is_symbol(text[i - 1]);
    if (!starts || !is_word(text[i])) {
      out += text[i++];
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_symbol(text[end])) ++end;
    while (end > i && text[end - 1] == '.') --end;
    const auto word = text.substr(i, end - i);
    i = end;
    const bool hex = word.starts_with("0x") ||
                     (word.size() >= 8 && std::ranges::all_of(word, is_hex) && std::ranges::any_of(word, is_digit));
    if (hex)
      out += "ADDR";
    else if (std::ranges::all_of(word, is_digit))
      out += "NUM";
    else {
      out += word;
      if (text.substr(i).starts_with("+0x"))  // foo+0x1/0x2
        while (i < text.size() && (is_word(text[i]) || text[i] == '+' || text[i] == '/')) ++i;
    }
  }
  return out;
}

}  // namespace unoops
