#include "cli/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "base/text.hpp"

namespace unoops::cli {
namespace {

// Letters to add, to leave out or to change (Levenshtein).
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const auto changed = diagonal + (base::lower(from[i]) == base::lower(to[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j + 1] + 1, row[j] + 1, changed});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& words) {
  constexpr std::size_t longest = 64;  // nobody mistypes more
  if (word.empty() || word.size() > longest) return {};
  const auto holding = [&](const auto& holds) {
    const auto first = std::ranges::find_if(words, holds);
    return first == words.end() ? std::string() : *first;
  };
  const auto begins_so = [&](const std::string& w) {
    return base::equal_ignoring_case(std::string_view(w).substr(0, word.size()), word);
  };
  if (auto begins = holding(begins_so); !begins.empty()) return begins;
  const std::string* best = nullptr;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : words)
    if (const auto away = distance(word, candidate); away < least) {
      least = away;
      best = &candidate;
    }
  if (best) return *best;
  return holding([&](const std::string& w) { return word.size() > 2 && w.find(word) != std::string::npos; });
}

}  // namespace unoops::cli
