// KASAN's inline check reads the shadow of an address before the address itself is accessed. Where the address is bad
// the check faults, and the kernel prints the shadow's address instead of the bad one.
#pragma once

#include <optional>

#include "base/rooms.hpp"
#include "inspect/scene.hpp"

namespace unoops::inspect {

// `access`: what the faulting instruction loads. Nothing unless its base or its index is the shadow's offset.
std::optional<ShadowOrigin> shadow_origin(const Scene&, const MemoryAccess&);

}  // namespace unoops::inspect
