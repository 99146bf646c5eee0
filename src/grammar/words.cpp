#include "grammar/words.hpp"

#include <array>

#include "base/text.hpp"

namespace unoops {

bool only_prefixes(std::string_view before) {
  static constexpr std::array<std::string_view, 11> prefixes = {
      "watchdog: ", "NMI watchdog: ", "rcu: ", "traps: ", "Oops: ", "mm: ", "sched: ", "kernel: ", "stack-protector: ", "INFO: ", "x86/fault: "};
  before = trim_left(before);
  for (bool moved = true; moved && !before.empty();) {
    moved = false;
    for (const auto prefix : prefixes)
      if (before.starts_with(prefix)) before = trim_left(before.substr(prefix.size())), moved = true;
  }
  return before.empty();
}

}  // namespace unoops
