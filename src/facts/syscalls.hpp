// System calls by number: v6.1 arch/x86/entry/syscalls/syscall_{64,32}.tbl, include/uapi/asm-generic/unistd.h,
// arch/powerpc/kernel/syscalls/syscall.tbl (64 bits); arguments by include/linux/syscalls.h.
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
enum class SystemCallTable { none, x86_64, generic, i386, powerpc };

// Nothing for numbers that are not known.
std::optional<SystemCall> find_system_call(SystemCallTable, std::uint64_t number);
std::optional<SystemCall> find_system_call(std::string_view name);

}  // namespace unoops::facts
