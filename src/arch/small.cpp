// Architectures of which frames, pc and the registers' names are all that is read: sparc64, parisc, m68k, xtensa, arc,
// openrisc, sh. Sources: v6.1 arch/ARCH/kernel/{process,process_64,traps,troubleshoot}.c show_regs.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"

namespace unoops::arch {
namespace {

constexpr auto sparc_sections = std::to_array<Section>({
    {SectionId::registers, "TSTATE: ", register_line, 0},
    {SectionId::pc, "TPC: <", pc_line},
    {SectionId::registers, "g0: ", register_line, 1},
    {SectionId::registers, "g4: ", register_line, 2},
    {SectionId::registers, "o0: ", register_line, 3},
    {SectionId::registers, "o4: ", register_line, 4},
    {SectionId::pc, "RPC: <", link_line},
    {SectionId::registers, "l0: ", register_line, 5},
    {SectionId::registers, "l4: ", register_line, 6},
    {SectionId::registers, "i0: ", register_line, 7},
    {SectionId::registers, "i4: ", register_line, 8},
    {SectionId::pc, "I7: <", link_line},
    {SectionId::code, "Instruction DUMP:"},
});

constexpr auto parisc_sections = std::to_array<Section>({
    {SectionId::registers, "YZrvWESTHLNXBCVMcbcbcbcbOGFRQPDI", nullptr, 0},
    {SectionId::registers, "PSW: ", nullptr, 1},
    {SectionId::registers, "r00-03 ", nullptr, 2},
    {SectionId::registers, "r04-07 ", nullptr, 3},
    {SectionId::registers, "r08-11 ", nullptr, 4},
    {SectionId::registers, "r12-15 ", nullptr, 5},
    {SectionId::registers, "r16-19 ", nullptr, 6},
    {SectionId::registers, "r20-23 ", nullptr, 7},
    {SectionId::registers, "r24-27 ", nullptr, 8},
    {SectionId::registers, "r28-31 ", nullptr, 9},
    {SectionId::registers, "sr00-03 ", nullptr, 10},
    {SectionId::registers, "sr04-07 ", nullptr, 11},
    {SectionId::registers, "IASQ: ", nullptr, 12},
    {SectionId::registers, "IIR: ", nullptr, 13},
    {SectionId::registers, "CPU:   ", nullptr, 14},
    {SectionId::registers, "ORIG_R28: ", nullptr, 15},
    {SectionId::pc, "IAOQ[0]: ", pc_line},
    {SectionId::pc, "IAOQ[1]: ", link_line},
    {SectionId::pc, "RP(r2): ", link_line},
});

constexpr auto m68k_sections = std::to_array<Section>({
    {SectionId::pc, "PC: [<", pc_line, 0, LineTrait::shared},
    {SectionId::registers, "SR: ", register_line, 0},
    {SectionId::registers, "d0: ", register_line, 1},
    {SectionId::registers, "d4: ", register_line, 2},
    {SectionId::registers, "Frame format=", nullptr, 3},
    {SectionId::registers, "Stack from ", nullptr, 4},
});

constexpr auto xtensa_sections = std::to_array<Section>({
    {SectionId::registers, "a00: ", nullptr, 0},
    {SectionId::registers, "a08: ", nullptr, 1},
    {SectionId::registers, "lbeg: ", nullptr, 3},
});

constexpr auto arc_sections = std::to_array<Section>({
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

constexpr auto openrisc_sections = std::to_array<Section>({
    {SectionId::task_info, "CPU #: "},
    {SectionId::registers, "PC: ", register_line, 0, LineTrait::shared},
    {SectionId::registers, "GPR00: ", register_line, 1, LineTrait::shared},
    {SectionId::registers, "GPR04: ", register_line, 2, LineTrait::shared},
    {SectionId::registers, "RES: ", nullptr, 9},
});

constexpr auto sh_sections = std::to_array<Section>({
    {SectionId::pc, "PR is at ", link_line},
    {SectionId::registers, "PC  : ", register_line, 0},
    {SectionId::registers, "R0  : ", register_line, 1},
    {SectionId::registers, "R4  : ", register_line, 2},
    {SectionId::registers, "R8  : ", register_line, 3},
    {SectionId::registers, "R12 : ", register_line, 4},
    {SectionId::registers, "MACH: ", register_line, 5},
});

}  // namespace

extern constinit const Arch sparc64, parisc, m68k, xtensa, arc, openrisc, sh;
constinit const Arch sparc64{
    .info = {.id = "sparc64",
             .elf_machine = EM_SPARCV9,
             .bits = 64,
             .big_endian = true,
             .pc = "TPC",
             .sp = "sp",
             .fault_address = "",
             .registers = {}},
    .sections = sparc_sections,
};
constinit const Arch parisc{
    .info = {.id = "parisc",
             .elf_machine = EM_PARISC,
             .bits = 32,
             .big_endian = true,
             .pc = "IAOQ",
             .sp = "r30",
             .fault_address = "IOR",
             .registers = {}},
    .sections = parisc_sections,
};
constinit const Arch m68k{
    .info = {.id = "m68k",
             .elf_machine = EM_68K,
             .bits = 32,
             .big_endian = true,
             .pc = "PC",
             .sp = "SP",
             .fault_address = "",
             .registers = {}},
    .sections = m68k_sections,
};
constinit const Arch xtensa{
    .info = {.id = "xtensa",
             .elf_machine = EM_XTENSA,
             .bits = 32,
             .pc = "pc",
             .sp = "a01",
             .fault_address = "excvaddr",
             .registers = {}},
    .sections = xtensa_sections,
};
constinit const Arch arc{
    .info = {.id = "arc",
             .elf_machine = EM_ARC,
             .bits = 32,
             .pc = "ERET",
             .sp = "SP",
             .fault_address = "EFA",
             .registers = {}},
    .sections = arc_sections,
};
constinit const Arch openrisc{
    .info = {.id = "openrisc",
             .elf_machine = EM_OPENRISC,
             .bits = 32,
             .big_endian = true,
             .pc = "PC",
             .sp = "GPR01",
             .fault_address = "",
             .registers = {}},
    .sections = openrisc_sections,
};
constinit const Arch sh{
    .info =
        {.id = "sh", .elf_machine = EM_SH, .bits = 32, .pc = "PC", .sp = "R15", .fault_address = "", .registers = {}},
    .sections = sh_sections,
};

}  // namespace unoops::arch
