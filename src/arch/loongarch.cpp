// loongarch64: v6.5 arch/loongarch/kernel/traps.c __show_regs; before that "$ 0   :" rows as mips, with "era   :".
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "facts/addresses.hpp"

#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258
#endif

namespace unoops::arch {
namespace {

constexpr std::array<std::string_view, 32> registers = {
    "pc", "ra", "tp", "sp", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "t0", "t1", "t2", "t3",
    "t4", "t5", "t6", "t7", "t8", "u0", "s9", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"};

constexpr auto sections = std::to_array<Section>({
    {SectionId::registers, "pc ", register_words_line, 0},
    {SectionId::registers, "a0 ", register_words_line, 1},
    {SectionId::registers, "a4 ", register_words_line, 2},
    {SectionId::registers, "t0 ", register_words_line, 3},
    {SectionId::registers, "t4 ", register_words_line, 4},
    {SectionId::registers, "t8 ", register_words_line, 5},
    {SectionId::registers, "s1 ", register_words_line, 6},
    {SectionId::registers, "s5 ", register_words_line, 7},
    {SectionId::pc, "era   : ", pc_line},
    {SectionId::pc, "ERA: ", pc_line},
    {SectionId::pc, "ra: ", link_line},
    {SectionId::pc, "ra    : ", link_line},
    {SectionId::registers, "CSR crmd: ", detail_line, 8},
    {SectionId::registers, "CRMD: ", detail_line, 8},
    {SectionId::registers, "PRMD: ", nullptr, 9},
    {SectionId::registers, "EUEN: ", nullptr, 10},
    {SectionId::registers, "ECFG: ", nullptr, 11},
    {SectionId::registers, "ESTAT: ", detail_line, 12},
    {SectionId::registers, "ExcCode : ", detail_line, 12},
    {SectionId::registers, "BADV: ", fault_address_line, 13},
    {SectionId::registers, "BadVA : ", fault_address_line, 13},
    {SectionId::registers, "PRID: ", nullptr, 14},
    {SectionId::registers, "PrId  : ", nullptr, 14},
    {SectionId::registers, "Stack : ", nullptr, 15},
});

constexpr std::string_view control_registers[] = {"CRMD", "PRMD", "ESTAT", "ECFG", "PRID"};
constexpr PcWords pc_words[] = {
    {"era   :", PcKind::exact},
    {"ERA:", PcKind::exact},
    {"ra:", PcKind::return_address},
    {"ra    :", PcKind::return_address},
};
// arch/loongarch/kernel/{entry.S,genex.S,syscall.c,traps.c}, arch/loongarch/mm/tlbex.S
constexpr EntryCode entry_code{.exception = "do_bp handle_tlb_*", .system_call = "handle_syscall do_syscall"};
constexpr RelocationRule relocations[] = {
    {2, 8},                                // R_LARCH_64
    {1, 4},                                // R_LARCH_32
    {47, 1, RelocationRule::Action::add},  // R_LARCH_ADD8, 16, 32, 64
    {48, 2, RelocationRule::Action::add},
    {50, 4, RelocationRule::Action::add},
    {51, 8, RelocationRule::Action::add},
    {52, 1, RelocationRule::Action::subtract},  // R_LARCH_SUB8, 16, 32, 64
    {53, 2, RelocationRule::Action::subtract},
    {55, 4, RelocationRule::Action::subtract},
    {56, 8, RelocationRule::Action::subtract},
};

}  // namespace

extern constinit const Arch loongarch;
constinit const Arch loongarch{
    .info = {.id = "loongarch64",
             .elf_machine = EM_LOONGARCH,
             .bits = 64,
             .pc = "ERA",
             .sp = "sp",
             .fault_address = "BADV",
             .registers = registers,
             .control_registers = control_registers,
             .pc_words = pc_words,
             .ranges = two_halves,
             .entry_code = entry_code},
    .sections = sections,
    .relocations = relocations,
};

}  // namespace unoops::arch
