// m68k: v6.1 arch/m68k/kernel/traps.c show_registers.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"

namespace unoops::arch {
namespace {

constexpr auto sections = std::to_array<Section>({
    {SectionId::pc, "PC: [<", pc_line, 0, LineTrait::shared},
    {SectionId::registers, "SR: ", register_line, 0},
    {SectionId::registers, "d0: ", register_line, 1},
    {SectionId::registers, "d4: ", register_line, 2},
    {SectionId::registers, "Frame format=", nullptr, 3},
    {SectionId::registers, "Stack from ", nullptr, 4},
});

constexpr std::string_view control_registers[] = {"SR"};
constexpr PcWords pc_words[] = {{"PC:", PcKind::exact}};
constexpr RelocationRule relocations[] = {{R_68K_32, 4}};

}  // namespace

extern constinit const Arch m68k;
constinit const Arch m68k{
    .info = {.id = "m68k",
             .elf_machine = EM_68K,
             .bits = 32,
             .big_endian = true,
             .pc = "PC",
             .sp = "SP",
             .control_registers = control_registers,
             .pc_words = pc_words},
    .sections = sections,
    .relocations = relocations,
    .moves_text = false,
};

}  // namespace unoops::arch
