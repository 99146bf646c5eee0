#include "report/code_word.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace unoops::report {

std::string_view code_word(std::string_view word) {
  if (word.size() > 2 && ((word.front() == '<' && word.back() == '>') || (word.front() == '(' && word.back() == ')')))
    word = word.substr(1, word.size() - 2);
  return word.size() <= 8 && word.size() % 2 == 0 && std::ranges::all_of(word, is_hex) ? word : std::string_view();
}

}  // namespace unoops::report
