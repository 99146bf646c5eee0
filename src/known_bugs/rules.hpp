// The rules of a file: which reports each matches, and what it says of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "known_bugs/release.hpp"
#include "unoops/error.hpp"
#include "unoops/report.hpp"

namespace unoops::known_bugs {

// What is empty matches every report; what is not, a report that any of the words fit.
struct Rule {
  std::vector<std::string> signatures, titles, kinds, functions, modules;
  std::vector<ReleaseRange> releases;
  Known says;
};
bool matches(const Rule&, const Report&);

// In the order of the file. The error's message begins with the place: "rules.toml:12: ...".
Expected<std::vector<Rule>> read_rules(std::string_view toml, const std::string& path);

}  // namespace unoops::known_bugs
