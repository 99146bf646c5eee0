// System calls by number: v6.1 arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h; arguments by
// include/linux/syscalls.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::facts {

struct SystemCall {
  std::string_view name;
  int arguments = 0;
};

// Which numbers an architecture gives its system calls.
enum class SystemCallTable { none, x86_64, generic };

// Of the 64-bit interface; nothing for numbers that are not known.
std::optional<SystemCall> find_system_call(SystemCallTable, std::uint64_t number);

}  // namespace unoops::facts
