// Releases as a rule names them: one, a series, a pattern, or a range.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::known_bugs {

// Below 0: `a` is the earlier one. By their numbers up to the first letter, as `sort -V` does: 6.1.9 < 6.1.57, 6.1.0-56-amd64 <
// 6.1.0-57-amd64; a release candidate (6.13.0-rc3) comes before its release.
int compare_releases(std::string_view a, std::string_view b);
// Should the release have what `fixed_in` was the first to have? A stable or a distribution's release says so of its own
// series alone (6.1.121: of 6.1.130, not of 6.6.10), because each series gets its fixes at other times; one of Linus's
// tree (6.8, 6.8-rc3) of all that follow.
bool should_have(std::string_view release, std::string_view fixed_in);

// What a rule says of the release: conditions that all have to hold.
class ReleaseRange {
 public:
  // ">= 6.1, < 6.1.121"; "6.1": that one and all of its series; "6.1.0-*-amd64". Nothing: it is none of these.
  static std::optional<ReleaseRange> read(std::string_view words);
  bool holds(std::string_view release) const;

 private:
  struct Condition {
    enum class Is { pattern, series, below, at_most, at_least, above };
    Is is;
    std::string release;
  };
  static std::optional<Condition> condition(std::string_view words);
  static bool holds(const Condition&, std::string_view release);
  std::vector<Condition> all_;
};

}  // namespace unoops::known_bugs
