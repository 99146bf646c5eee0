// parisc: v6.1 arch/parisc/kernel/traps.c show_regs.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"

namespace unoops::arch {
namespace {

// "r00-03  000000ff0804f00e 0000000040769e40 0000000040214f78 0000000000000000"
bool row(Scanner, ReportBuilder& d) {
  int first = 0;
  Scanner rest(d.line->text);
  if (!rest.blanks().lit("r") || !rest.dec(first)) return false;
  return rest.lit("-") && rest.skip_to(" ") && read_register_row(rest.rest(), d, "r", first);
}

// "     CPU:        0   CR30: 0000000040f5c000 CR31: ffffffffffffffff"
bool control(Scanner rest, ReportBuilder& d) {
  return rest.rest().find("CR30: ") != std::string_view::npos && register_line(rest, d);
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::registers, "YZrvWESTHLNXBCVMcbcbcbcbOGFRQPDI", nullptr, 0},
    {SectionId::registers, "PSW: ", state_line, 1},
    {SectionId::registers, "r00-03 ", row, 2},
    {SectionId::registers, "r04-07 ", row, 3},
    {SectionId::registers, "r08-11 ", row, 4},
    {SectionId::registers, "r12-15 ", row, 5},
    {SectionId::registers, "r16-19 ", row, 6},
    {SectionId::registers, "r20-23 ", row, 7},
    {SectionId::registers, "r24-27 ", row, 8},
    {SectionId::registers, "r28-31 ", row, 9},
    {SectionId::registers, "sr00-03 ", nullptr, 10},
    {SectionId::registers, "sr04-07 ", nullptr, 11},
    {SectionId::registers, "IASQ: ", nullptr, 12},
    {SectionId::registers, "IIR: ", register_line, 13},
    {SectionId::registers, "CPU:   ", control, 14},
    {SectionId::registers, "ORIG_R28: ", register_line, 15},
    {SectionId::pc, "IAOQ[0]: ", pc_line},
    {SectionId::pc, "IAOQ[1]: ", nullptr},  // the instruction behind, whose address the CPU holds, too
    {SectionId::pc, "RP(r2): ", link_line},
});

constexpr std::string_view control_registers[] = {"PSW", "IIR"};
constexpr PcWords pc_words[] = {
    {"IAOQ[0]:", PcKind::exact},
    {"IAOQ[1]:", PcKind::exact},
    {"RP(r2):", PcKind::return_address},
};
constexpr RelocationRule relocations[] = {{R_PARISC_DIR32, 4}};

// arch/parisc/kernel/{entry,syscall}.S, traps.c, arch/parisc/mm/fault.c
constexpr EntryCode entry_code{
    .exception = "handle_interruption intr_check_sig intr_return parisc_terminate",
    .system_call = "syscall_exit syscall_exit_rfi tracesys_next",
};

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
             .low_kernel = true,
             .own_errnos = true,
             .entry_code = entry_code},
    .sections = sections,
    .prints_code = false,
    .relocations = relocations,
    .moves_text = false,
};

}  // namespace unoops::arch
