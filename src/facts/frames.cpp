#include "facts/frames.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/rust_demangle.hpp"
#include "facts/frame_groups.hpp"
#include "unoops/arch.hpp"

namespace unoops::facts {

namespace {

using enum FrameRole;

struct Row {
  std::string stem;
  bool prefix;
  RoleSet roles;
};

class Table {
 public:
  void add(RoleSet roles, std::string_view names) {
    while (!names.empty()) {
      const std::string_view word = names.substr(0, names.find(' '));
      names.remove_prefix(std::min(names.size(), word.size() + 1));
      const bool prefix = word.ends_with('*');
      rows_.push_back({std::string(prefix ? word.substr(0, word.size() - 1) : word), prefix, roles});
    }
  }
  // Sorted by stem, so that a name's prefixes are found by walking its lengths. Several architectures may have a name.
  void sort() {
    std::ranges::sort(
        rows_, [](const Row& a, const Row& b) { return a.stem != b.stem ? a.stem < b.stem : a.prefix > b.prefix; });
    rows_.erase(std::unique(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) { return a.stem == b.stem; }),
                rows_.end());
  }
  RoleSet longest_match(std::string_view name) const;

 private:
  std::vector<Row> rows_;
};

// The rows that begin as the name does become fewer with every letter; the shortest of them stands first.
RoleSet Table::longest_match(std::string_view name) const {
  RoleSet longest;
  auto first = rows_.begin(), last = rows_.end();
  for (std::size_t i = 0; i < name.size() && first != last; ++i) {
    const auto letter_of = [i](const Row& row) -> int {
      return i < row.stem.size() ? static_cast<unsigned char>(row.stem[i]) : -1;
    };
    const int letter = static_cast<unsigned char>(name[i]);
    first = std::ranges::lower_bound(first, last, letter, {}, letter_of);
    last = std::ranges::upper_bound(first, last, letter, {}, letter_of);
    if (first != last && first->stem.size() == i + 1 && (first->prefix || i + 1 == name.size())) longest = first->roles;
  }
  return longest;
}

// "__x64_sys_*": the functions of system calls by the architectures' names for them.
void add_calls(Table& table, RoleSet roles, const ArchInfo& arch, std::string_view what) {
  for (const auto prefix : arch.system_call_prefixes)
    for (const std::string_view call : {"sys_", "compat_sys_"})
      table.add(roles, std::string(prefix) + std::string(call) + std::string(what));
}

Table role_table() {
  Table table;
  for (const Group& group : frame_groups) table.add(group.roles, group.names);
  for (const ArchInfo* arch : arches()) {
    const EntryCode& code = arch->entry_code;
    table.add(exception, code.exception);
    table.add(interrupt, code.interrupt);
    table.add(system_call, code.system_call);
    table.add(system_call, code.around_calls);
    table.add(idle, code.idle);
    table.add(thread, code.thread);
    table.add(boot, code.boot);
    add_calls(table, system_call, *arch, "*");
  }
  table.sort();
  return table;
}

Table door_table() {
  Table table;
  for (const Group& group : frame_doors) table.add(group.roles, group.names);
  for (const ArchInfo* arch : arches()) {
    table.add(door, arch->entry_code.system_call);
    table.add(door, arch->entry_code.thread);
    add_calls(table, door, *arch, "ioctl");
  }
  table.sort();
  return table;
}

void strip_suffixes(std::string_view& name) {
  // GCC: .isra.N .part.N .constprop.N .cold(.N) .lto_priv.N .localalias; clang: .llvm.N .__uniq.N .cfi_jt
  static constexpr std::string_view suffixes[] = {".isra",     ".part", ".constprop", ".cold",
                                                  ".lto_priv", ".llvm", ".__uniq",    ".localalias",
                                                  ".cfi_jt",   ".cfi",  ".warm",      ".clone"};
  if (name.find('.', 1) == std::string_view::npos) return;  // most names
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
  static const Table roles = role_table(), doors = door_table();
  const std::string_view name = plain_symbol(symbol);
  return roles.longest_match(name) | doors.longest_match(name);
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
