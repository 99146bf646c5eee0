#include "grammar/contexts.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace unoops::grammar {

std::string stack_context(std::string_view mark) {
  static constexpr auto names = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"TASK", "task"},
      {"IRQ", "irq"},
      {"SOFTIRQ", "softirq"},
      {"NMI", "nmi"},
      {"ENTRY_TRAMPOLINE", "entry"},
      {"ENTRY", "entry"},
      {"SYSENTER", "entry"},
      {"UNK", "unknown"},
  });
  const auto at = std::ranges::find(names, mark, &std::pair<std::string_view, std::string_view>::first);
  if (at != names.end()) return std::string(at->second);
  if (mark.starts_with('#')) return "exception";
  std::string lower(mark);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

}  // namespace unoops::grammar
