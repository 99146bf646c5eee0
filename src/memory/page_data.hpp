// A page as kdump-compressed files pack it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/rooms.hpp"

namespace unoops::memory {

// `flags` is the page descriptor's (makedumpfile 1.7.2 diskdump_mod.h DUMP_DH_COMPRESSED_*). False: damaged, or packed in
// a way that nobody knows.
bool unpack_page(std::uint32_t flags, std::span<const std::byte> packed, std::span<std::byte> page);

}  // namespace unoops::memory
