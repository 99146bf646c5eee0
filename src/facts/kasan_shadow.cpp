#include "facts/kasan_shadow.hpp"

#include <elf.h>

#include <algorithm>
#include <array>

namespace unoops::facts {

// arm64: CONFIG_KASAN_SHADOW_OFFSET by size of the address space and mode (v6.1 arch/arm64/Kconfig; the ...a000... and
// ...2000... values to v5.10). Software tags have one byte for 16.
static constexpr auto offsets = std::to_array<ShadowOffset>({
    {EM_X86_64, x86_shadow_offset, 3},
    {EM_AARCH64, 0xdfff800000000000, 3},
    {EM_AARCH64, 0xdfffc00000000000, 3},
    {EM_AARCH64, 0xdffffe0000000000, 3},
    {EM_AARCH64, 0xdfffffc000000000, 3},
    {EM_AARCH64, 0xdfffa00000000000, 3},
    {EM_AARCH64, 0xdfffd00000000000, 3},
    {EM_AARCH64, 0xdfff200000000000, 3},
    {EM_AARCH64, 0xefff800000000000, 4},
    {EM_AARCH64, 0xefffc00000000000, 4},
    {EM_AARCH64, 0xeffffe0000000000, 4},
    {EM_AARCH64, 0xefffa00000000000, 4},
    {EM_AARCH64, 0xefff900000000000, 4},
});

const ShadowOffset* find_shadow_offset(const ArchInfo* arch, std::optional<std::uint64_t> value) {
  if (!arch || !value) return nullptr;
  const auto at = std::ranges::find_if(
      offsets, [&](const ShadowOffset& o) { return o.machine == arch->elf_machine && o.value == *value; });
  return at == offsets.end() ? nullptr : &*at;
}

}  // namespace unoops::facts
