// arc: v4.9 and v6.1 arch/arc/kernel/troubleshoot.c show_regs, show_ecr_verbose.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "grammar/frame_line.hpp"

namespace unoops::arch {
namespace {

// "[ECR   ]: 0x00050100 => Invalid Read @ 0x00000008 by insn @ 0x800a8bc6"      to v5.x, "[ERET  ]: " has the function
// "Invalid Read @ 0x00000008 by insn @ foo+0x6/0x88"                            v6.1
bool cause(Scanner rest, ReportBuilder& d) {
  const std::string_view text = d.line->text;
  d.die = true;
  if (d.is_own() && text.find("Invalid ") != text.npos)
    d.report.fault.access = text.find("Invalid Write") != text.npos ? Access::write : Access::read;
  if (auto found = first_frame(text, text)) d.add_pc(*std::move(found));
  return detail_line(rest, d);
}

// "ECR: 0x00050100 EFA: 0x00000008 ERET: 0x800a8bc6"     v6.1
bool registers_line(Scanner rest, ReportBuilder& d) {
  d.die = true;
  const auto address = value_behind(d.line->text, "EFA: ");
  if (address && d.is_own()) d.set_fault_address(*address);
  return register_line(rest, d);
}

// " SP: 0x9fe21d4c  FP: 0x00000000 BLK: foo+0x40/0x58"
bool stack_line(Scanner rest, ReportBuilder& d) { return link_line(rest, d) && register_line(rest, d); }

// "[EFA   ]: 0x00000008"
bool fault_line(Scanner rest, ReportBuilder& d) {
  std::uint64_t address = 0;
  if (!rest.hex0x(address)) return false;
  if (d.is_own()) d.set_fault_address(address);
  d.add_register("EFA", address, 32);
  return true;
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::task_info, "Path: "},
    {SectionId::pc, "Invalid Read @ ", cause},
    {SectionId::pc, "Invalid Write @ ", cause},
    {SectionId::task_info, "Insn could not be fetched", cause},
    {SectionId::task_info, "Execute from Non-exec Page", cause},
    {SectionId::task_info, "Misaligned r/w from ", cause},
    {SectionId::task_info, "Illegal Insn", cause},
    {SectionId::task_info, "[ECR   ]: ", cause},
    {SectionId::task_info, "[EFA   ]: ", fault_line},
    {SectionId::pc, "[BLINK ]: ", link_line},
    {SectionId::pc, "[ERET  ]: ", pc_line},
    {SectionId::registers, "[STAT32]: ", nullptr, 0},
    {SectionId::registers, "ECR: ", registers_line, 0},
    {SectionId::registers, "STAT: ", nullptr, 1},
    {SectionId::registers, "BTA: ", register_line, 2},
    {SectionId::registers, "SP: 0x", stack_line, 3},
    {SectionId::registers, "LPS: ", register_line, 4},
    {SectionId::registers, "r00: ", register_line, 5},
    {SectionId::registers, "r03: ", register_line, 6},
    {SectionId::registers, "r06: ", register_line, 7},
    {SectionId::registers, "r09: ", register_line, 8},
    {SectionId::registers, "r12: ", register_line, 9},
    {SectionId::registers, "r13: ", register_line, 9},
    {SectionId::registers, "r15: ", register_line, 10},
    {SectionId::registers, "r16: ", register_line, 10},
    {SectionId::registers, "r18: ", register_line, 11},
    {SectionId::registers, "r19: ", register_line, 11},
    {SectionId::registers, "r21: ", register_line, 12},
    {SectionId::registers, "r22: ", register_line, 12},
    {SectionId::registers, "r24: ", register_line, 13},
    {SectionId::registers, "r25: ", register_line, 13},
});

constexpr std::string_view control_registers[] = {"STAT32", "ECR"};
constexpr PcWords pc_words[] = {
    {"insn @", PcKind::exact},
    {"[ERET  ]:", PcKind::exact},
    {"[BLINK ]:", PcKind::return_address},
    {"BLK:", PcKind::return_address},
};

// arch/arc/kernel/entry*.S, arch/arc/mm/fault.c
constexpr EntryCode entry_code{
    .exception = "EV_TLBMissD EV_TLBMissI EV_TLBProtV EV_MachineCheck",
    .interrupt = "handle_interrupt_level1",
    .system_call = "EV_Trap",
};

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
             .pc_words = pc_words,
             .entry_code = entry_code},
    .sections = sections,
    .prints_code = false,
    .end_mark_since = "",
};

}  // namespace unoops::arch
