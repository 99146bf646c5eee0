// mips: v6.1 arch/mips/kernel/traps.c __show_regs; to v6.4 loongarch prints its registers alike
// (arch/loongarch/kernel/traps.c).
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "facts/addresses.hpp"
#include "machine/isa.hpp"

namespace unoops::arch {
namespace {

constexpr std::array<std::string_view, 32> registers = {
    "$00", "$01", "$02", "$03", "$04", "$05", "$06", "$07", "$08", "$09", "$10", "$11", "$12", "$13", "$14", "$15",
    "$16", "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24", "$25", "$26", "$27", "$28", "$29", "$30", "$31"};

// "$ 4   : v v v v", "$28   : v v v v"; k0 and k1 ($26, $27) are blank, so that row stops before them
bool row(Scanner, ReportBuilder& d) {
  int first = 0;
  Scanner rest(d.line->text);
  if (!rest.blanks().lit("$") || !rest.blanks().dec(first) || !rest.blanks().lit(":")) return false;
  if (first == 0) d.block.register_order = -1;
  return read_register_row(rest.rest(), d, "$", first);
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::registers, "$ 0 ", row, 0, LineTrait::shared},
    {SectionId::registers, "$ 4 ", row, 1, LineTrait::shared},
    {SectionId::registers, "$ 8 ", row, 2, LineTrait::shared},
    {SectionId::registers, "$12 ", row, 3, LineTrait::shared},
    {SectionId::registers, "$16 ", row, 4, LineTrait::shared},
    {SectionId::registers, "$20 ", row, 5, LineTrait::shared},
    {SectionId::registers, "$24 ", row, 6, LineTrait::shared},
    {SectionId::registers, "$28 ", row, 7, LineTrait::shared},
    {SectionId::registers, "Acx    : ", register_line, 8},
    {SectionId::registers, "Hi    : ", register_line, 9},
    {SectionId::registers, "Lo    : ", register_line, 10},
    {SectionId::pc, "epc   : ", pc_line},
    {SectionId::pc, "ra    : ", link_line, 0, LineTrait::shared},
    {SectionId::registers, "Status: ", detail_line, 11},
    {SectionId::registers, "Cause : ", detail_line, 12},
    {SectionId::registers, "BadVA : ", fault_address_line, 13, LineTrait::shared},
    {SectionId::registers, "PrId  : ", nullptr, 14, LineTrait::shared},
    {SectionId::registers, "Stack : ", nullptr, 15, LineTrait::shared},
});

constexpr std::string_view control_registers[] = {"Status", "Cause", "PrId"};
constexpr PcWords pc_words[] = {{"epc   :", PcKind::exact}, {"ra    :", PcKind::return_address}};
// arch/mips/kernel/{genex,scall64-n64,scall32-o32}.S, traps.c, arch/mips/mm/tlbex-fault.S
constexpr EntryCode entry_code{
    .exception = "do_bp do_trap_or_bp tlb_do_page_fault_*",
    .interrupt = "plat_irq_dispatch handle_int",
    .system_call = "handle_sys handle_sys64 syscall_common",
};
constexpr RelocationRule relocations[] = {{R_MIPS_64, 8}, {R_MIPS_32, 4}};

}  // namespace

extern constinit const Arch mips;
constinit const Arch mips{
    .info = {.id = "mips",
             .elf_machine = EM_MIPS,
             .bits = 64,
             .big_endian = true,
             .pc = "epc",
             .sp = "$29",
             .fault_address = "BadVA",
             .registers = registers,
             .control_registers = control_registers,
             .pc_words = pc_words,
             .ranges = upper_half,
             .own_errnos = true,
             .entry_code = entry_code},
    .sections = sections,
    .end_mark_since = "3.1",
    .either_endian = true,
    .relocations = relocations,
    .isa = &machine::mips_isa,
    .isa_32 = &machine::mips32_isa,
};

}  // namespace unoops::arch
