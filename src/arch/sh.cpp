// sh: v6.1 arch/sh/kernel/process_32.c show_regs.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"

namespace unoops::arch {
namespace {

constexpr auto sections = std::to_array<Section>({
    {SectionId::pc, "PR is at ", link_line},
    {SectionId::registers, "PC  : ", register_line, 0},
    {SectionId::registers, "R0  : ", register_line, 1},
    {SectionId::registers, "R4  : ", register_line, 2},
    {SectionId::registers, "R8  : ", register_line, 3},
    {SectionId::registers, "R12 : ", register_line, 4},
    {SectionId::registers, "MACH: ", register_line, 5},
});

constexpr std::string_view control_registers[] = {"SR"};
constexpr PcWords pc_words[] = {
    {"PC is at", PcKind::exact},
    {"PC:", PcKind::exact},
    {"PR is at", PcKind::return_address},
};

}  // namespace

extern constinit const Arch sh;
constinit const Arch sh{
    .info = {.id = "sh",
             .elf_machine = EM_SH,
             .bits = 32,
             .pc = "PC",
             .sp = "R15",
             .control_registers = control_registers,
             .pc_words = pc_words},
    .sections = sections,
};

}  // namespace unoops::arch
