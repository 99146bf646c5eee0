// The readers of each container, and what they share: known to open_core() alone.
#pragma once

#include <memory>
#include <string_view>

#include "base/rooms.hpp"
#include "memory/core_file.hpp"
#include "memory/storage.hpp"

namespace unoops::memory {

// Each has its notes, and `arch` where its header tells that.
Expected<std::unique_ptr<CoreFile>> open_elf(std::shared_ptr<const Storage>);
Expected<std::unique_ptr<CoreFile>> open_kdump(std::shared_ptr<const Storage>);

// Why a file that begins so is not read, and what to do; empty: it may be one that is.
std::string_view refusal_of(std::string_view head);

// The row of a kernel's name for its machine ("x86_64", "aarch64"), or one that VMCOREINFO's entries are typical of.
const arch::Arch* arch_named(std::string_view machine);
const arch::Arch* arch_told_by(const VmcoreInfo&);

}  // namespace unoops::memory
