#include "facts/kasan_shadow.hpp"

#include <algorithm>

namespace unoops::facts {

const KasanShadow* find_shadow_offset(const ArchInfo* arch, std::optional<std::uint64_t> value) {
  if (!arch || !value) return nullptr;
  const auto at = std::ranges::find(arch->kasan_shadows, *value, &KasanShadow::offset);
  return at == arch->kasan_shadows.end() ? nullptr : &*at;
}

}  // namespace unoops::facts
