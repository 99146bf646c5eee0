// xtensa: v6.1 arch/xtensa/kernel/traps.c show_regs.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"

namespace unoops::arch {
namespace {

constexpr auto sections = std::to_array<Section>({
    {SectionId::registers, "a00: ", nullptr, 0},
    {SectionId::registers, "a08: ", nullptr, 1},
    {SectionId::registers, "pc: ", register_line,
     2},  // "pc: 802a2a54, ps: 00060930, depc: 00000010, excvaddr: 00000008"
    {SectionId::registers, "lbeg: ", nullptr, 3},
});

constexpr std::string_view control_registers[] = {"ps"};

}  // namespace

extern constinit const Arch xtensa;
constinit const Arch xtensa{
    .info = {.id = "xtensa",
             .elf_machine = EM_XTENSA,
             .bits = 32,
             .pc = "pc",
             .sp = "a01",
             .fault_address = "excvaddr",
             .control_registers = control_registers},
    .sections = sections,
    .end_mark_since = "",
};

}  // namespace unoops::arch
