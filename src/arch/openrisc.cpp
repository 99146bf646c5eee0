// openrisc: v6.1 arch/openrisc/kernel/process.c show_registers.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"

namespace unoops::arch {
namespace {

constexpr auto sections = std::to_array<Section>({
    {SectionId::task_info, "CPU #: "},
    {SectionId::registers, "PC: ", register_line, 0, LineTrait::shared},
    {SectionId::registers, "GPR00: ", register_line, 1, LineTrait::shared},
    {SectionId::registers, "GPR04: ", register_line, 2, LineTrait::shared},
    {SectionId::registers, "RES: ", nullptr, 9},
});

constexpr PcWords pc_words[] = {{"PC:", PcKind::exact}};

}  // namespace

extern constinit const Arch openrisc;
constinit const Arch openrisc{
    .info = {.id = "openrisc",
             .elf_machine = EM_OPENRISC,
             .bits = 32,
             .big_endian = true,
             .pc = "PC",
             .sp = "GPR01",
             .pc_words = pc_words},
    .sections = sections,
    .end_mark_since = "",
};

}  // namespace unoops::arch
