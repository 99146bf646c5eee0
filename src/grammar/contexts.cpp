#include "grammar/contexts.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

namespace unoops::grammar {

Mark read_mark(std::string_view name) {
  static constexpr auto names = std::to_array<std::pair<std::string_view, Context>>({
      {"TASK", Context::task},
      {"IRQ", Context::irq},
      {"SOFTIRQ", Context::softirq},
      {"HARDIRQ", Context::hardirq},
      {"NMI", Context::nmi},
      {"ENTRY_TRAMPOLINE", Context::entry},
      {"ENTRY", Context::entry},
      {"SYSENTER", Context::entry},
      {"UNK", Context::unknown},
  });
  const auto at = std::ranges::find(names, name, &std::pair<std::string_view, Context>::first);
  if (at != names.end()) return {at->second, {}};
  if (name.starts_with('#')) return {Context::exception, {}};
  std::string word(name);
  std::ranges::transform(word, word.begin(), lower);
  return {Context::other, std::move(word)};
}

}  // namespace unoops::grammar
