#include "source/maintainers.hpp"

#include <algorithm>
#include <regex>
#include <utility>

#include "base/text.hpp"

namespace unoops::source {
namespace {

constexpr std::size_t most_entries = 8;
constexpr std::size_t most_names = 16;  // of an entry's lists and people each

// An entry of the file with the patterns that decide.
struct Entry {
  Maintainers who;
  std::size_t told = 0;  // bytes of the file's path that its best pattern spells out; 0: it does not name the file
  bool named = false, refused = false;
};

// "F:\tfs/ext4/": the letter and what stands behind it; 0: no such line.
std::pair<char, std::string_view> field_of(std::string_view line) {
  if (line.size() < 3 || !is_upper(line[0]) || line[1] != ':') return {};
  return {line[0], trim(line.substr(2))};
}

// A pattern of N: is a regular expression of Perl, which one of ECMAScript is, as far as they are used there.
bool holds(std::string_view file, std::string_view expression) {
  constexpr std::size_t longest = 200;
  if (file.size() > longest || expression.size() > longest) return false;
  try {
    return std::regex_search(file.begin(), file.end(), std::regex(expression.begin(), expression.end()));
  } catch (const std::regex_error&) {
    return false;
  }
}

std::size_t spelled_out(std::string_view pattern) {
  return pattern.size() -
         static_cast<std::size_t>(std::ranges::count_if(pattern, [](char c) { return c == '*' || c == '?'; }));
}

void add(std::vector<std::string>& list, std::string_view words) {
  if (!words.empty() && list.size() < most_names) list.emplace_back(words);
}

void take(Entry& entry, char letter, std::string_view words, std::string_view file) {
  auto& who = entry.who;
  switch (letter) {
    case 'M':
    case 'R':
      return add(who.people, words);
    case 'L':
      return add(who.lists, words.substr(0, words.find(' ')));
    case 'S':
      who.status = words;
      return;
    case 'B':
      who.bugs = words;
      return;
    case 'F':
      if (!fits_pattern(file, words)) return;
      entry.named = true;
      entry.told = std::max(entry.told, spelled_out(words));
      return;
    case 'N':
      if (holds(file, words)) entry.named = true;
      return;
    case 'X':
      entry.refused |= fits_pattern(file, words);
      return;
    default:
      return;
  }
}

}  // namespace

bool fits_pattern(std::string_view file, std::string_view pattern) {
  std::size_t at = 0, p = 0, star = std::string_view::npos, behind = 0;
  while (at < file.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      behind = at;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == file[at]) &&
               (pattern[p] != '?' || file[at] != '/')) {
      ++p, ++at;
    } else if (p == pattern.size() && p != 0 && (pattern[p - 1] == '/' || file[at] == '/')) {
      return true;  // a directory above it
    } else if (star != std::string_view::npos && file[behind] != '/') {
      p = star + 1;
      at = ++behind;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::vector<Maintainers> maintainers_of(const std::vector<std::string>& lines, std::string_view file) {
  std::vector<Entry> found;
  Entry entry;
  const auto close = [&] {
    if (entry.named && !entry.refused) found.push_back(entry);
    entry = {};
  };
  std::string_view title;
  bool inside = false;
  for (const std::string& line : lines) {
    const auto [letter, words] = field_of(line);
    if (letter == 0) {
      if (std::exchange(inside, false)) close();
      title = trim(line);
      continue;
    }
    if (!std::exchange(inside, true)) entry.who.subsystem = title;
    take(entry, letter, words, file);
  }
  close();
  std::ranges::stable_sort(found, std::ranges::greater(), &Entry::told);
  std::erase_if(found,
                [&](const Entry& one) { return one.told < 2 && one.who.subsystem == "THE REST" && found.size() > 1; });
  std::vector<Maintainers> out;
  for (auto& one : found)
    if (out.size() < most_entries) out.push_back(std::move(one.who));
  return out;
}

}  // namespace unoops::source
