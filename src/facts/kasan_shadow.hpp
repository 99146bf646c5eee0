// Where KASAN keeps its shadow memory: the shadow of an address is (address >> scale) + offset.
#pragma once

#include <cstdint>
#include <optional>

#include "base/rooms.hpp"
#include "unoops/arch.hpp"

namespace unoops::facts {

struct ShadowOffset {
  std::uint16_t machine;  // EM_*
  std::uint64_t value;
  int scale;
};

// v6.1 arch/x86/Kconfig KASAN_SHADOW_OFFSET. It is no canonical address: the shadow of a small pointer raises a general
// protection fault.
inline constexpr std::uint64_t x86_shadow_offset = 0xdffffc0000000000;

// The row whose offset this value is; null: none of the architecture's.
const ShadowOffset* find_shadow_offset(const ArchInfo*, std::optional<std::uint64_t> value);

}  // namespace unoops::facts
