// The table of architectures, in the order of precedence. A new one has its name in each of the two lists below;
// arch.hpp says what else it takes.
#include "arch/arch.hpp"

#include <algorithm>
#include <array>

namespace unoops::arch {

extern constinit const Arch x86_64, i386, arm64, arm, powerpc, s390, riscv, mips, loongarch, sparc64, parisc, m68k,
    xtensa, arc, openrisc, sh, ia64, alpha;

namespace {

constinit const auto rows =
    std::to_array<const Arch*>({&x86_64, &i386, &arm64, &arm, &powerpc, &s390, &riscv, &mips, &loongarch, &sparc64,
                                &parisc, &m68k, &xtensa, &arc, &openrisc, &sh, &ia64, &alpha});
}  // namespace

std::span<const Arch* const> arch_rows() { return rows; }

const Arch* row_of(const ArchInfo* info) {
  const auto at = std::ranges::find(rows, info, [](const Arch* arch) { return &arch->info; });
  return at == rows.end() ? nullptr : *at;
}

const Arch* row_of_machine(std::uint16_t elf_machine) {
  const auto at = std::ranges::find_if(rows, [elf_machine](const Arch* arch) {
    return elf_machine != 0 && (arch->info.elf_machine == elf_machine || arch->elf_machine_32 == elf_machine);
  });
  return at == rows.end() ? nullptr : *at;
}

}  // namespace unoops::arch

namespace unoops {

using namespace arch;

std::span<const ArchInfo* const> arches() {
  static const auto infos = [] {
    std::array<const ArchInfo*, rows.size()> all{};
    std::ranges::transform(rows, all.begin(), [](const Arch* arch) { return &arch->info; });
    return all;
  }();
  return infos;
}

const ArchInfo* find_arch(std::string_view id) {
  const auto at = std::ranges::find(rows, id, [](const Arch* arch) { return arch->info.id; });
  return at == rows.end() ? nullptr : &(*at)->info;
}

}  // namespace unoops
