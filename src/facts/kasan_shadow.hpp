// KASAN's shadow memory: is a register's value its offset?
#pragma once

#include <cstdint>
#include <optional>

#include "base/rooms.hpp"
#include "unoops/arch.hpp"

namespace unoops::facts {

// The architecture's shadow memory with that offset; null: it has none.
const KasanShadow* find_shadow_offset(const ArchInfo*, std::optional<std::uint64_t> value);

}  // namespace unoops::facts
