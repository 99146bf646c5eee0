#include "facts/frames.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "base/rust_demangle.hpp"
#include "facts/frame_groups.hpp"

namespace unoops::facts {

namespace {

using enum FrameRole;

struct Row {
  std::string_view stem;
  bool prefix;
  RoleSet roles;
};

void add_rows(const facts::Group& group, std::vector<Row>& out) {
  for (std::string_view rest = group.names; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    const bool prefix = word.ends_with('*');
    out.push_back({prefix ? word.substr(0, word.size() - 1) : word, prefix, group.roles});
  }
}

// Sorted by stem, so that a name's prefixes are found by walking its lengths.
std::vector<Row> sorted_rows(std::span<const facts::Group> table) {
  std::vector<Row> out;
  for (const facts::Group& group : table) add_rows(group, out);
  std::ranges::sort(out, {}, &Row::stem);
  return out;
}

RoleSet longest_match(const std::vector<Row>& rows, std::string_view name) {
  RoleSet longest;
  for (std::size_t length = 1; length <= name.size(); ++length) {
    const auto at = std::ranges::lower_bound(rows, name.substr(0, length), {}, &Row::stem);
    if (at == rows.end() || at->stem != name.substr(0, length)) continue;
    if (at->prefix || length == name.size()) longest = at->roles;
  }
  return longest;
}

void strip_suffixes(std::string_view& name) {
  // GCC: .isra.N .part.N .constprop.N .cold(.N) .lto_priv.N .localalias; clang: .llvm.N .__uniq.N .cfi_jt
  static constexpr std::string_view suffixes[] = {".isra",     ".part", ".constprop", ".cold",
                                                  ".lto_priv", ".llvm", ".__uniq",    ".localalias",
                                                  ".cfi_jt",   ".cfi",  ".warm",      ".clone"};
  std::size_t cut = name.size();
  for (const auto suffix : suffixes) {
    const auto at = name.find(suffix, 1);
    if (at == std::string_view::npos) continue;
    const auto behind = at + suffix.size();
    if (behind == name.size() || name[behind] == '.') cut = std::min(cut, at);
  }
  name = name.substr(0, cut);
}

}  // namespace

bool is_kernel_header(std::string_view file) {
  return file.starts_with("include/") || file.starts_with("./include/") ||
         file.find("/include/linux/") != std::string_view::npos || file.find("/include/asm") != std::string_view::npos;
}

std::string source_name(std::string_view symbol) {
  symbol = plain_symbol(symbol);
  if (symbol.starts_with("_R"))
    if (auto rust = demangle_rust(symbol)) return *rust;
  return std::string(symbol);
}

std::string_view plain_symbol(std::string_view name) {
  if (name.size() > 1 && name.starts_with('.')) name.remove_prefix(1);  // ppc64 ELFv1
  for (const std::string_view prefix : {"__pfx_", "__cfi_"})
    if (name.starts_with(prefix) && name.size() > prefix.size()) name.remove_prefix(prefix.size());
  strip_suffixes(name);
  if (name.ends_with("_noprof") && name.size() > 7) name.remove_suffix(7);  // include/linux/alloc_tag.h, 6.10
  return name;
}

RoleSet frame_roles(std::string_view symbol) {
  static const auto role_rows = sorted_rows(facts::frame_groups), door_rows = sorted_rows(facts::frame_doors);
  const std::string_view name = plain_symbol(symbol);
  return longest_match(role_rows, name) | longest_match(door_rows, name);
}

std::string_view role_name(FrameRole role) {
  switch (role) {
    case none:
      return "";
    case report:
      return "reporting";
    case exception:
      return "exception entry";
    case interrupt:
      return "interrupt entry";
    case softirq:
      return "softirq";
    case system_call:
      return "system call";
    case idle:
      return "idle";
    case thread:
      return "kernel thread";
    case boot:
      return "boot";
    case sanitizer:
      return "sanitizer";
    case allocator:
      return "allocator";
    case check:
      return "checking";
    case memory_helper:
      return "memory helper";
    case lock:
      return "lock";
    case atomic:
      return "atomicity check";
    case wait:
      return "waiting";
    case stall:
      return "watchdog";
    case trace:
      return "tracing";
    case helper:
      return "generic helper";
    case door:
      return "dispatch";
  }
  return "";
}

}  // namespace unoops::facts
