// arc: v6.1 arch/arc/kernel/troubleshoot.c show_regs.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"

namespace unoops::arch {
namespace {

constexpr auto sections = std::to_array<Section>({
    {SectionId::task_info, "Path: "},
    {SectionId::pc, "Invalid Read @ ", pc_line},
    {SectionId::pc, "Invalid Write @ ", pc_line},
    {SectionId::pc, "Invalid EX", pc_line},
    {SectionId::registers, "ECR: ", register_line, 0},
    {SectionId::registers, "STAT: ", nullptr, 1},
    {SectionId::registers, "BTA: ", nullptr, 2},
    {SectionId::registers, "BLK: ", nullptr, 3},
    {SectionId::registers, "r00: ", register_line, 4},
});

constexpr std::string_view control_registers[] = {"STAT32", "ECR"};
constexpr PcWords pc_words[] = {{"insn @", PcKind::exact}};

}  // namespace

extern constinit const Arch arc;
constinit const Arch arc{
    .info = {.id = "arc",
             .elf_machine = EM_ARC,
             .bits = 32,
             .pc = "ERET",
             .sp = "SP",
             .fault_address = "EFA",
             .control_registers = control_registers,
             .pc_words = pc_words},
    .sections = sections,
};

}  // namespace unoops::arch
