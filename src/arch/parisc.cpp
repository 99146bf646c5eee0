// parisc: v6.1 arch/parisc/kernel/traps.c show_regs.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"

namespace unoops::arch {
namespace {

constexpr auto sections = std::to_array<Section>({
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

constexpr std::string_view control_registers[] = {"PSW", "IIR"};
constexpr PcWords pc_words[] = {
    {"IAOQ[0]:", PcKind::exact},
    {"IAOQ[1]:", PcKind::exact},
    {"RP(r2):", PcKind::return_address},
};
constexpr RelocationRule relocations[] = {{R_PARISC_DIR32, 4}};

}  // namespace

extern constinit const Arch parisc;
constinit const Arch parisc{
    .info = {.id = "parisc",
             .elf_machine = EM_PARISC,
             .bits = 32,
             .big_endian = true,
             .pc = "IAOQ",
             .sp = "r30",
             .fault_address = "IOR",
             .control_registers = control_registers,
             .pc_words = pc_words,
             .low_kernel = true},
    .sections = sections,
    .relocations = relocations,
    .moves_text = false,
};

}  // namespace unoops::arch
