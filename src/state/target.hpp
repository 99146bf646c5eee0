// A dump's memory together with the vmlinux of its kernel: variables by their names, members by the names and places
// that DWARF has.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/c_types.hpp"
#include "debuginfo/debug_file.hpp"
#include "debuginfo/variables.hpp"
#include "memory/target_memory.hpp"

namespace unoops::state {

// How far the kernel of the dump lies from where the file has it; nothing: the file is of another kernel.
std::optional<std::uint64_t> distance_from(DebugFile& vmlinux, const VmcoreInfo&);

class Target {
 public:
  // Both must outlive it.
  Target(TargetMemory& memory, DebugFile& vmlinux, std::uint64_t offset)
      : memory_(memory), vmlinux_(vmlinux), offset_(offset) {}

  TargetMemory& memory() { return memory_; }
  DebugFile& vmlinux() { return vmlinux_; }
  std::uint64_t offset() const { return offset_; }  // run-time address minus the file's

  // Where a global variable lies.
  std::optional<std::uint64_t> variable(std::string_view name);
  // Where a CPU's own of a variable lies.
  std::optional<std::uint64_t> per_cpu_variable(std::string_view name, unsigned cpu);
  // The value of a pointer that each CPU has its own of; since v6.2 some are members of pcpu_hot.
  std::optional<std::uint64_t> per_cpu(std::string_view name, unsigned cpu);

  // Of a struct that the kernel's core or its unwinder knows; empty: none of that name.
  Type structure(std::string_view name);
  // "task_struct", "thread.sp"; nothing: this build has no such member. Asked once.
  const std::optional<MemberPlace>& place(std::string_view type, std::string_view path);
  Types& types() { return types_; }

  // Of the object at the address; nothing: it is not in the dump, or has no such member.
  std::optional<std::uint64_t> number(std::uint64_t object, std::string_view type, std::string_view path);
  std::string text(std::uint64_t object, std::string_view type, std::string_view path);

 private:
  std::optional<std::uint64_t> linked_at(std::string_view variable);

  TargetMemory& memory_;
  DebugFile& vmlinux_;
  std::uint64_t offset_;
  Types types_;
  std::vector<UnitIndex> units_;  // opened so far, of the functions whose units are asked
  std::size_t tried_ = 0;         // of these functions
  std::map<std::string, std::optional<std::uint64_t>, std::less<>> variables_;  // in the file
  std::map<std::string, Type, std::less<>> structures_;
  std::map<std::string, std::optional<MemberPlace>, std::less<>> places_;
};

// Up to its end, to memory that is not there, or to so many bytes.
std::string text_at(Target&, std::uint64_t at, std::size_t most);

// Visits the links of a struct list_head in their order. False: the list does not come back to its head, because a link
// is not in the dump, comes twice, or there are more than anybody keeps.
bool each_link(Target&, std::uint64_t head, std::size_t most, const std::function<void(std::uint64_t link)>& visit);

}  // namespace unoops::state
