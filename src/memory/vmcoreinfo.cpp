#include "memory/vmcoreinfo.hpp"

#include <algorithm>
#include <charconv>

namespace unoops::memory {
namespace {

std::optional<std::uint64_t> number_in(std::string_view text, int base) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.starts_with("0x")) {
    text.remove_prefix(2);
    base = 16;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return negative ? 0 - value : value;
}

std::optional<std::uint64_t> entry(const VmcoreInfo& info, std::string_view kind, std::string_view name, int base) {
  std::string key(kind);
  key.append("(").append(name).append(")");
  return number_in(info.value(key), base);
}

bool is_text(char c) { return c == '\n' || (c >= ' ' && c <= '~'); }

}  // namespace

VmcoreInfo::VmcoreInfo(std::string_view text) : text_("\n") {
  text_.append(text.begin(), std::ranges::find_if_not(text, is_text));
}

std::string_view VmcoreInfo::value(std::string_view key) const {
  std::string line("\n");
  line.append(key).append("=");
  const auto at = text_.find(line);
  if (at == std::string::npos) return {};
  const auto rest = std::string_view(text_).substr(at + line.size());
  return rest.substr(0, rest.find('\n'));
}

std::optional<std::uint64_t> VmcoreInfo::symbol(std::string_view name) const {
  return entry(*this, "SYMBOL", name, 16);
}
std::optional<std::uint64_t> VmcoreInfo::offset(std::string_view member) const {
  return entry(*this, "OFFSET", member, 10);
}
std::optional<std::uint64_t> VmcoreInfo::size(std::string_view type) const { return entry(*this, "SIZE", type, 10); }
std::optional<std::uint64_t> VmcoreInfo::number(std::string_view name) const {
  return entry(*this, "NUMBER", name, 10);
}
std::optional<std::uint64_t> VmcoreInfo::decimal(std::string_view key) const { return number_in(value(key), 10); }
std::optional<std::uint64_t> VmcoreInfo::hexadecimal(std::string_view key) const { return number_in(value(key), 16); }

}  // namespace unoops::memory
