#include "facts/tried.hpp"

#include <algorithm>
#include <string>

namespace unoops::facts {
namespace {

// The kernel takes '-' and '_' for the same (v6.1 kernel/params.c dash2underscore).
bool is_same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, {}, [](char c) { return c == '-' ? '_' : c; }, [](char c) { return c == '-' ? '_' : c; });
}

}  // namespace

std::optional<std::string_view> boot_option(const Kernel& kernel, std::string_view name) {
  std::string_view rest = kernel.command_line;
  std::optional<std::string_view> last;  // the last one counts
  while (!rest.empty()) {
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    if (word == "--") break;  // init's own
    const auto equals = word.find('=');
    if (is_same_name(word.substr(0, equals), name))
      last = equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
  }
  return last;
}

// v6.1 mm/slub.c parse_slub_debug_flags: "FZPU", "FZ,kmalloc-64", "-", nothing for all
bool slub_tracks_users(const Kernel& kernel) {
  for (const std::string_view name : {"slub_debug", "slab_debug"})
    if (const auto flags = boot_option(kernel, name)) {
      const auto of_all = flags->substr(0, flags->find(','));
      if (of_all.empty() || of_all == "1" || of_all.find_first_of("Uu") != std::string_view::npos) return true;
    }
  return false;
}

// v6.1 arch/x86/kernel/dumpstack.c __die_header, mm/kasan
bool runs_kasan(const Report& r) {
  const auto tells = [](std::string_view text) {
    const auto number = text.find("[#");
    return number != std::string_view::npos && text.find(" KASAN", number) != std::string_view::npos;
  };
  const auto is_its = [](const Frame& f) {
    const std::string_view name = f.ref.symbol;
    return name.starts_with("kasan_") || name.starts_with("__kasan_") || name.starts_with("__asan_");
  };
  return (r.kind && r.kind->detector == "KASAN") || std::ranges::any_of(r.raw, tells) ||
         std::ranges::any_of(r.stacks, [&](const Stack& s) { return std::ranges::any_of(s.frames, is_its); });
}

}  // namespace unoops::facts
