// What may be asked of `unoops addr`.
#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "cli/addr.hpp"

namespace unoops::cli {
namespace {

// As C reads it: 0x12 is hexadecimal, 12 is not.
std::optional<std::uint64_t> number(std::string_view word) {
  const bool is_hex = word.starts_with("0x") || word.starts_with("0X");
  if (is_hex) word.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, is_hex ? 16 : 10);
  if (word.empty() || error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> bare_address(std::string_view word) {
  constexpr std::size_t shortest = 8, longest = 16;  // "dead" and "add" are functions' names
  const bool prefixed = word.starts_with("0x") || word.starts_with("0X");
  if (!prefixed && (word.size() < shortest || word.size() > longest || !std::ranges::all_of(word, base::is_hex)))
    return std::nullopt;
  return number(prefixed ? std::string(word) : "0x" + std::string(word));
}

bool is_name(std::string_view word) {
  return !word.empty() && !base::is_digit(word.front()) && std::ranges::all_of(word, [](char c) {
    return base::is_word(c) || c == '.' || c == '$' || c == '-' || c == '@';
  });
}

}  // namespace

std::optional<SymbolRef> read_address(std::string_view word) {
  SymbolRef ref;
  ref.pc = PcKind::exact;
  word = base::trim(word);
  if (word.ends_with(']'))  // "func+0x78/0x1a0 [module]"
    if (const auto open = word.find(" ["); open != std::string_view::npos) {
      const auto inside = word.substr(open + 2, word.size() - open - 3);
      ref.module = inside.substr(0, inside.find(' '));
      word = base::trim(word.substr(0, open));
    }
  if (const auto address = bare_address(word)) {
    ref.address = address;
    return ref.module.empty() ? std::optional(ref) : std::nullopt;
  }
  if (const auto colon = word.find(':'); colon != std::string_view::npos) {
    ref.module = word.substr(0, colon);
    word.remove_prefix(colon + 1);
    if (!is_name(ref.module)) return std::nullopt;
    if (ref.module == "vmlinux") ref.module.clear();
  }
  const auto slash = word.find('/'), plus = word.substr(0, slash).find('+');
  if (slash != std::string_view::npos && !(ref.size = number(word.substr(slash + 1)))) return std::nullopt;
  ref.offset = 0;
  if (plus != std::string_view::npos &&
      !(ref.offset = number(word.substr(plus + 1, slash == word.npos ? slash : slash - plus - 1))))
    return std::nullopt;
  ref.symbol = word.substr(0, std::min(plus, slash));
  return is_name(ref.symbol) ? std::optional(ref) : std::nullopt;
}

std::vector<Question> questions_of(std::string_view line) {
  std::vector<Question> out;
  for (const auto& span : find_symbol_refs(line)) {
    if (span.ref.symbol.empty() || !span.ref.size) continue;
    out.push_back({std::string(line.substr(span.begin, span.module_end - span.begin)), span.ref});
  }
  if (!out.empty()) return out;
  while (!(line = base::trim(line)).empty()) {
    const auto word = line.substr(0, line.find_first_of(" \t"));
    out.push_back({std::string(word), read_address(word)});
    line.remove_prefix(word.size());
  }
  return out;
}

}  // namespace unoops::cli
