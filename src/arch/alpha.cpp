// alpha: v6.1 arch/alpha/kernel/traps.c dik_show_regs, dik_show_trace, die_if_kernel.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "facts/addresses.hpp"

namespace unoops::arch {
namespace {

// "pc = [<fffffc000031c0a0>]  ra = [<fffffc000031c1b4>]  ps = 0000    Not tainted"
// "pc is at foo+0x60/0xe0"
// "v0 = 0000000000000007  t0 = fffffc0000a1b2c8  t1 = 0000000000000000"
constexpr auto sections = std::to_array<Section>({
    {SectionId::registers, "pc = [<", state_line, 0},
    {SectionId::pc, "pc is at ", pc_line},
    {SectionId::pc, "ra is at ", link_line},
    {SectionId::registers, "v0 = ", register_line, 1},
    {SectionId::registers, "t2 = ", register_line, 2},
    {SectionId::registers, "t5 = ", register_line, 3},
    {SectionId::registers, "s0 = ", register_line, 4},
    {SectionId::registers, "s3 = ", register_line, 5},
    {SectionId::registers, "s6 = ", register_line, 6},
    {SectionId::registers, "a0 = ", register_line, 7},
    {SectionId::registers, "a3 = ", register_line, 8},
    {SectionId::registers, "t8 = ", register_line, 9},
    {SectionId::registers, "t11= ", register_line, 10},
    {SectionId::registers, "gp = ", register_line, 11},
});

constexpr PcWords pc_words[] = {{"pc is at", PcKind::exact}, {"ra is at", PcKind::return_address}};
// arch/alpha/kernel/{entry.S,traps.c}, arch/alpha/mm/fault.c
constexpr EntryCode entry_code{
    .exception = "entMM entIF entUna entArith do_entIF do_entUna do_entArith",
    .interrupt = "entInt do_entInt",
    .system_call = "entSys ret_from_sys_call",
    .thread = "ret_from_kernel_thread",
};

}  // namespace

extern constinit const Arch alpha;
constinit const Arch alpha{
    .info = {.id = "alpha",
             .elf_machine = EM_ALPHA,
             .bits = 64,
             .pc = "pc",
             .sp = "sp",
             .pc_words = pc_words,
             .ranges = upper_half,
             .page_size = 8192,
             .own_errnos = true,
             .entry_code = entry_code},
    .sections = sections,
    .end_mark_since = "",
    .moves_text = false,
};

}  // namespace unoops::arch
