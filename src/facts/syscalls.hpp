// System calls by number: v6.1 arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h; arguments by
// include/linux/syscalls.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/arch.hpp"

namespace unoops::facts {

struct SystemCall {
  std::string_view name;
  int arguments = 0;
};

// Of the 64-bit interface; nothing for numbers and architectures that are not known.
std::optional<SystemCall> find_system_call(const ArchInfo&, std::uint64_t number);

}  // namespace unoops::facts
