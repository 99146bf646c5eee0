#include "known_bugs/release.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace unoops::known_bugs {
namespace {

// A candidate's number is below that of every release, which has 0 there.
constexpr long candidate = -1'000'000;

// The next number of the release, taken off it. Nothing: there is no more.
std::optional<long> next_number(std::string_view& release) {
  while (!release.empty() && (release.front() == '.' || release.front() == '-')) release.remove_prefix(1);
  const bool is_candidate = release.starts_with("rc");
  if (is_candidate) release.remove_prefix(2);
  if (release.empty() || !is_digit(release.front())) return std::nullopt;
  constexpr long most = 100'000'000;
  long number = 0;
  for (; !release.empty() && is_digit(release.front()); release.remove_prefix(1))
    number = std::min(number * 10 + (release.front() - '0'), most);
  return is_candidate ? candidate + std::min(number, -candidate - 1) : number;
}

// Is the release that one, or one of its series (6.1: 6.1.57-amd64)?
bool is_of_series(std::string_view release, std::string_view series) {
  if (release == series) return true;
  while (const auto number = next_number(series))
    if (next_number(release) != number) return false;
  return series.empty();
}

}  // namespace

int compare_releases(std::string_view a, std::string_view b) {
  for (;;) {
    const auto left = next_number(a), right = next_number(b);
    if (!left && !right) return 0;
    if (left.value_or(0) != right.value_or(0)) return left.value_or(0) < right.value_or(0) ? -1 : 1;
  }
}

bool should_have(std::string_view release, std::string_view fixed_in) {
  if (release.empty() || fixed_in.empty() || compare_releases(release, fixed_in) < 0) return false;
  const auto numbers_of = [](std::string_view text) {
    std::array<long, 5> out{};
    for (auto& number : out) number = next_number(text).value_or(0);
    return out;
  };
  const auto has = numbers_of(release), fixed = numbers_of(fixed_in);
  const std::ptrdiff_t series = fixed[0] == 2 ? 3 : 2;  // 2.6.32, 6.1: the numbers that a series has
  const bool mainline = std::all_of(fixed.begin() + series, fixed.end(), [](long number) { return number <= 0; });
  return mainline || std::equal(fixed.begin(), fixed.begin() + series, has.begin());
}

std::optional<ReleaseRange::Condition> ReleaseRange::condition(std::string_view words) {
  using Is = Condition::Is;
  struct Operator {
    std::string_view word;
    Is is;
  };
  static constexpr auto operators =
      std::to_array<Operator>({{"<=", Is::at_most}, {">=", Is::at_least}, {"<", Is::below}, {">", Is::above}});
  words = trim(words);
  Condition out{words.find_first_of("*?[") == std::string_view::npos ? Is::series : Is::pattern, std::string(words)};
  for (const auto& [word, is] : operators) {
    if (!words.starts_with(word)) continue;
    out = {is, std::string(trim(words.substr(word.size())))};
    break;
  }
  const bool begins = !out.release.empty() && (is_digit(out.release.front()) || out.is == Is::pattern);
  return begins && out.release.find_first_of(" <>=") == std::string::npos ? std::optional(out) : std::nullopt;
}

std::optional<ReleaseRange> ReleaseRange::read(std::string_view words) {
  ReleaseRange out;
  for (;;) {
    const auto comma = words.find(',');
    auto one = condition(words.substr(0, comma));
    if (!one) return std::nullopt;
    out.all_.push_back(std::move(*one));
    if (comma == std::string_view::npos) return out;
    words.remove_prefix(comma + 1);
  }
}

bool ReleaseRange::holds(std::string_view release) const {
  return !release.empty() &&
         std::ranges::all_of(all_, [&](const Condition& condition) { return holds(condition, release); });
}

bool ReleaseRange::holds(const Condition& condition, std::string_view release) {
  using Is = Condition::Is;
  const auto compared = [&] { return compare_releases(release, condition.release); };
  switch (condition.is) {
    case Is::pattern:
      return ::fnmatch(condition.release.c_str(), std::string(release).c_str(), 0) == 0;
    case Is::series:
      return is_of_series(release, condition.release);
    case Is::below:
      return compared() < 0;
    case Is::at_most:
      return compared() <= 0;
    case Is::at_least:
      return compared() >= 0;
    case Is::above:
      return compared() > 0;
  }
  return false;
}

}  // namespace unoops::known_bugs
