#include "facts/frames.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/rust_demangle.hpp"
#include "facts/frame_groups.hpp"
#include "unoops/arch.hpp"

namespace unoops::facts {

namespace {

using enum FrameRole;

// FNV-1a, because the hash of a name's next prefix follows from that of the one before.
constexpr std::uint32_t hash_of_nothing = 0x811c9dc5;
constexpr std::uint32_t hash_on(std::uint32_t hash, char letter) {
  return (hash ^ static_cast<unsigned char>(letter)) * 0x01000193;
}

// What a name is in each of the two lists.
struct Meaning {
  RoleSet roles;
  bool set = false, prefix = false;
};
enum List : std::size_t { by_role, by_door };

// A hash table and not a sorted one, because sorting 1,700 names took longer than all the rest of a short log; and one
// for both lists, because every frame is looked up in both.
class Table {
 public:
  Table() { names_.reserve(2000); }  // more than there are
  void add(List list, RoleSet roles, std::string_view names) {
    while (!names.empty()) {
      const std::string_view word = names.substr(0, names.find(' '));
      names.remove_prefix(std::min(names.size(), word.size() + 1));
      const bool prefix = word.ends_with('*');
      names_.push_back({prefix ? word.substr(0, word.size() - 1) : word, prefix, roles, list});
    }
  }
  void add_made(List list, RoleSet roles, std::string name) { add(list, roles, made_.emplace_back(std::move(name))); }
  void index();
  // Of each list the longest name that fits; the roles of both.
  RoleSet longest_match(std::string_view name) const;

 private:
  struct Name {
    std::string_view stem;
    bool prefix;
    RoleSet roles;
    List list;
  };
  struct Row {
    std::string_view stem;
    std::array<Meaning, 2> in;
  };
  struct Slot {
    std::uint16_t check = 0;  // of the hash
    std::uint16_t row = 0;    // from 1 on; 0: free
  };
  static std::uint16_t check_of(std::uint32_t hash) { return static_cast<std::uint16_t>(hash >> 16); }
  static std::uint64_t bit_of(std::size_t size) { return std::uint64_t{1} << std::min<std::size_t>(size, 63); }
  // Where the stem's row is, or would be. Half of the slots are free, so there is an end.
  std::size_t slot_of(std::uint32_t hash, std::string_view stem) const {
    auto at = hash & (slots_.size() - 1);
    while (slots_[at].row != 0 && (slots_[at].check != check_of(hash) || rows_[slots_[at].row - 1].stem != stem))
      at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  std::vector<Name> names_;
  std::vector<Row> rows_;
  std::deque<std::string> made_;  // names that stand in no table
  std::vector<Slot> slots_;
  // How long the prefixes are, so that most beginnings of a name need not be looked up: of those that have four letters or
  // more, by the hash of these.
  static constexpr std::size_t letters = 4;
  std::uint64_t short_sizes_ = 0;
  std::array<std::uint64_t, 512> sizes_{};
};

// Several architectures may have a name: the first one's row counts, but one for all names that begin so before one name.
void Table::index() {
  slots_.resize(std::bit_ceil(2 * names_.size()));
  rows_.reserve(names_.size());
  for (const auto& name : names_) {
    std::uint32_t hash = hash_of_nothing;
    auto* sizes = &short_sizes_;
    for (std::size_t size = 1; size <= name.stem.size(); ++size) {
      hash = hash_on(hash, name.stem[size - 1]);
      if (size == letters) sizes = &sizes_[hash % sizes_.size()];
    }
    if (name.prefix) *sizes |= bit_of(name.stem.size());
    auto& slot = slots_[slot_of(hash, name.stem)];
    if (slot.row == 0) {
      rows_.push_back({name.stem, {}});
      slot = {check_of(hash), static_cast<std::uint16_t>(rows_.size())};
    }
    auto& meaning = rows_[slot.row - 1].in[name.list];
    if (!meaning.set || (name.prefix && !meaning.prefix)) meaning = {name.roles, true, name.prefix};
  }
}

RoleSet Table::longest_match(std::string_view name) const {
  std::array<RoleSet, 2> longest;
  std::uint32_t hash = hash_of_nothing;
  auto sizes = short_sizes_;
  for (std::size_t size = 1; size <= name.size(); ++size) {
    hash = hash_on(hash, name[size - 1]);
    if (size == letters) sizes = sizes_[hash % sizes_.size()];
    if (size != name.size() && (sizes & bit_of(size)) == 0) continue;
    const auto row = slots_[slot_of(hash, name.substr(0, size))].row;
    if (row == 0) continue;
    for (const auto list : {by_role, by_door})
      if (const auto& meaning = rows_[row - 1].in[list]; meaning.set && (meaning.prefix || size == name.size()))
        longest[list] = meaning.roles;
  }
  return longest[by_role] | longest[by_door];
}

// "__x64_sys_*": the functions of system calls by the architectures' names for them.
void add_calls(Table& table, List list, RoleSet roles, const ArchInfo& arch, std::string_view what) {
  for (const auto prefix : arch.system_call_prefixes)
    for (const std::string_view call : {"sys_", "compat_sys_"})
      table.add_made(list, roles, std::string(prefix) + std::string(call) + std::string(what));
}

Table make_table() {
  Table table;
  for (const Group& group : frame_groups) table.add(by_role, group.roles, group.names);
  for (const Group& group : frame_doors) table.add(by_door, group.roles, group.names);
  for (const ArchInfo* arch : arches()) {
    const EntryCode& code = arch->entry_code;
    table.add(by_role, exception, code.exception);
    table.add(by_role, interrupt, code.interrupt);
    table.add(by_role, system_call, code.system_call);
    table.add(by_role, system_call, code.around_calls);
    table.add(by_role, idle, code.idle);
    table.add(by_role, thread, code.thread);
    table.add(by_role, boot, code.boot);
    add_calls(table, by_role, system_call, *arch, "*");
    table.add(by_door, door, code.system_call);
    table.add(by_door, door, code.thread);
    add_calls(table, by_door, door, *arch, "ioctl");
  }
  table.index();
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
  if (name.starts_with("__"))
    for (const std::string_view prefix : {"__pfx_", "__cfi_"})
      if (name.starts_with(prefix) && name.size() > prefix.size()) name.remove_prefix(prefix.size());
  strip_suffixes(name);
  if (name.ends_with("_noprof") && name.size() > 7) name.remove_suffix(7);  // include/linux/alloc_tag.h, 6.10
  return name;
}

RoleSet frame_roles(std::string_view symbol) {
  static const Table table = make_table();
  return table.longest_match(plain_symbol(symbol));
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
    case stop:
      return "halting";
    case door:
      return "dispatch";
  }
  return "";
}

}  // namespace unoops::facts
