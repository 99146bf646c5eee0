// The table of architectures. A new one: a file beside this, and a line in each of the two places below.
#include "arch/arch.hpp"

#include <algorithm>
#include <array>

namespace unoops::arch {

extern constinit const Arch x86_64, i386, arm64, arm, powerpc, s390, riscv, mips, loongarch, sparc64, parisc, m68k,
    xtensa, arc, openrisc, sh;

namespace {

constinit const auto rows =
    std::to_array<const Arch*>({&x86_64, &i386, &arm64, &arm, &powerpc, &s390, &riscv, &mips, &loongarch, &sparc64,
                                &parisc, &m68k, &xtensa, &arc, &openrisc, &sh});
constinit const auto infos = [] {
  std::array<const ArchInfo*, rows.size()> all{};
  std::ranges::transform(rows, all.begin(), [](const Arch* arch) { return &arch->info; });
  return all;
};

}  // namespace

std::span<const Arch* const> arch_rows() { return rows; }

}  // namespace unoops::arch

namespace unoops {

using namespace arch;

std::span<const ArchInfo* const> arches() {
  static const auto all = infos();
  return all;
}

const ArchInfo* find_arch(std::string_view id) {
  const auto at = std::ranges::find(rows, id, [](const Arch* arch) { return arch->info.id; });
  return at == rows.end() ? nullptr : &(*at)->info;
}

}  // namespace unoops
