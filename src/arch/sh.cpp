// sh: v6.1 arch/sh/kernel/process_32.c show_regs.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "base/text.hpp"

namespace unoops::arch {
namespace {

// "Pid : 812, Comm: \t\treader"
bool task(Scanner rest, ReportBuilder& d) {
  std::int64_t pid = 0;
  if (!rest.blanks().dec(pid) || !rest.lit(", Comm:")) return false;
  if (d.is_own() && !d.report.pid) d.report.pid = pid, d.report.comm = trim(rest.rest());
  return true;
}

// "CPU : 0        \t\tNot tainted  (3.4.0 #1)"
bool cpu(Scanner rest, ReportBuilder& d) {
  int number = 0;
  if (!rest.blanks().dec(number)) return false;
  if (d.is_own()) d.report.cpu = number;
  take_state(rest.rest(), d);
  return true;
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::task_info, "Pid : ", task},  // to v3.8
    {SectionId::task_info, "CPU : ", cpu},
    {SectionId::pc, "PC is at ", pc_line, 0, LineTrait::shared},
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
             .sp = "SP",
             .fault_address = "TEA",
             .control_registers = control_registers,
             .pc_words = pc_words},
    .sections = sections,
};

}  // namespace unoops::arch
