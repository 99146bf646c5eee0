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

std::string_view plain_symbol(std::string_view symbol) {
  for (const std::string_view prefix : {"__pfx_", "__cfi_"})
    if (symbol.starts_with(prefix) && symbol.size() > prefix.size()) symbol.remove_prefix(prefix.size());
  // A suffix starts at the first dot that is not the name's first character (ppc64 ELFv1: .do_page_fault). Rust's names hold none.
  if (const auto dot = symbol.find('.', 1); dot != std::string_view::npos) symbol = symbol.substr(0, dot);
  if (symbol.starts_with('.') && symbol.size() > 1) symbol.remove_prefix(1);
  if (symbol.ends_with("_noprof")) symbol.remove_suffix(7);
  return symbol;
}

}  // namespace unoops
