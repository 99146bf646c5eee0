#include "state/target.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace unoops::state {
namespace {

// Functions whose units know the structures that are asked for, in the order in which they are looked at: the unwinder
// (v6.1 arch/x86/kernel/unwind_orc.c), the exceptions' and the interrupts' stacks (dumpstack_64.c, irq_64.c there), fork,
// the scheduler, the locks that one sleeps for, the slab allocator, mounts, modules in sysfs.
constexpr auto knowing = std::to_array<std::string_view>(
    {"unwind_next_frame", "get_stack_info", "irq_init_percpu_irqstack", "kernel_clone", "__schedule", "mutex_lock",
     "down_write", "down", "rt_mutex_lock", "kmem_cache_free", "d_path", "mod_sysfs_setup"});

constexpr std::uint64_t page_mask = 4095, pointer_bytes = 8;

}  // namespace

std::optional<std::uint64_t> distance_from(DebugFile& vmlinux, const VmcoreInfo& info) {
  const auto build_id = info.value("BUILD-ID");
  const auto& of_file = vmlinux.elf().build_id();
  if (!build_id.empty() && !of_file.empty() && build_id != of_file) return std::nullopt;
  const auto there = info.symbol("_stext");
  const auto here = vmlinux.symbols().find("_stext");
  if (!there || here.empty()) return std::nullopt;
  auto offset = *there - here.front().address;
  if ((offset & page_mask) != 0) return std::nullopt;
  return offset;
}

// Kept, because the search passes over the whole table, and each CPU asks for the same ones.
std::optional<std::uint64_t> Target::linked_at(std::string_view variable) {
  if (const auto known = variables_.find(variable); known != variables_.end()) return known->second;
  const auto symbol = vmlinux_.symbols().global_object(variable);
  return variables_.emplace(variable, symbol ? std::optional(symbol->address) : std::nullopt).first->second;
}

std::optional<std::uint64_t> Target::variable(std::string_view name) {
  auto at = linked_at(name);
  if (at) *at += offset_;
  return at;
}

// v6.1 include/asm-generic/percpu.h per_cpu_offset. Before v6.15 the section begins at 0 on x86, and is not moved.
std::optional<std::uint64_t> Target::per_cpu_variable(std::string_view name, unsigned cpu) {
  const auto at = linked_at(name);
  const auto* section = vmlinux_.elf().section(".data..percpu");
  if (!at || !section) return std::nullopt;
  const auto placed = section->addr == 0 ? *at : *at + offset_;
  const auto offsets = variable("__per_cpu_offset");
  if (!offsets) return placed;  // a kernel for one CPU
  const auto own = memory_.number(*offsets + pointer_bytes * cpu);
  if (!own) return std::nullopt;
  return placed + *own;
}

std::optional<std::uint64_t> Target::per_cpu(std::string_view name, unsigned cpu) {
  if (const auto at = per_cpu_variable(name, cpu)) return memory_.number(*at);
  const auto hot = per_cpu_variable("pcpu_hot", cpu);
  if (!hot) return std::nullopt;
  return number(*hot, "pcpu_hot", name);
}

Type Target::structure(std::string_view name) {
  if (const auto known = structures_.find(name); known != structures_.end()) return known->second;
  const auto keep = [&](const Dwarf_Die& die) { return structures_.emplace(name, Type{die}).first->second; };
  for (std::size_t i = 0;; ++i) {
    while (i == units_.size() && tried_ < knowing.size()) {
      const auto functions = vmlinux_.symbols().find(knowing[tried_++]);
      if (functions.empty()) continue;
      if (const auto unit = vmlinux_.unit_of(functions.front().address)) units_.emplace_back(*unit);
    }
    if (i == units_.size()) break;
    if (const auto found = units_[i].structure(name)) return keep(*found);
  }
  return keep({});
}

const std::optional<MemberPlace>& Target::place(std::string_view type, std::string_view path) {
  std::string key(type);
  key.append(".").append(path);
  if (const auto known = places_.find(key); known != places_.end()) return known->second;
  auto& found = places_[std::move(key)];
  if (const auto of = structure(type)) found = types_.member(of, path);
  return found;
}

std::optional<std::uint64_t> Target::number(std::uint64_t object, std::string_view type, std::string_view path) {
  const auto& at = place(type, path);
  if (!at || at->size == 0 || at->size > pointer_bytes) return std::nullopt;
  auto word = memory_.number(object + at->offset, static_cast<unsigned>(at->size));
  if (!word || at->bit_size == 0) return word;
  return *word >> at->bit_offset & ((std::uint64_t{1} << at->bit_size) - 1);
}

std::string Target::text(std::uint64_t object, std::string_view type, std::string_view path) {
  constexpr std::uint64_t most = 256;
  const auto& at = place(type, path);
  if (!at) return {};
  std::vector<std::byte> bytes(std::min(at->size, most));
  if (memory_.read(object + at->offset, bytes) != Got::yes) return {};
  const auto text = text_of(bytes);
  return std::string(text.substr(0, text.find('\0')));
}

std::string text_at(Target& target, std::uint64_t at, std::size_t most) {
  std::string out;
  for (; out.size() < most; ++at) {
    const auto c = target.memory().number(at, 1);
    if (!c || *c == 0) break;
    out += static_cast<char>(*c);
  }
  return out;
}

bool each_link(Target& target, std::uint64_t head, std::size_t most,
               const std::function<void(std::uint64_t link)>& visit) {
  std::unordered_set<std::uint64_t> seen;
  for (auto link = target.memory().number(head); link; link = target.memory().number(*link)) {
    if (*link == head) return true;
    if (seen.size() == most || !seen.insert(*link).second) return false;
    visit(*link);
  }
  return false;
}

}  // namespace unoops::state
