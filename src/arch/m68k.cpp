// m68k: v6.1 arch/m68k/kernel/traps.c show_registers.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"

namespace unoops::arch {
namespace {

// "Data read fault at 0x00000011 in Super Data (pc=0x16a2c)", "Pipe stage B instruction fault at 0x00016a31":
// bad_super_trap() of a 68020 or 68030
bool bus_cycle(Scanner, ReportBuilder& d) {
  Scanner rest(d.line->text);
  const bool data = rest.blanks().lit("Data ");
  std::uint64_t address = 0;
  auto& fault = d.report.fault;
  if (d.is_own()) fault.access = !data ? Access::execute : rest.lit("write ") ? Access::write : Access::read;
  if (!rest.skip_to("fault at ") || !rest.hex0x(address)) return false;
  if (d.is_own()) d.set_fault_address(address);
  return detail_line(rest, d);
}

// "Current process id is 728"
bool current(Scanner rest, ReportBuilder& d) {
  std::int64_t pid = 0;
  if (!rest.dec(pid)) return false;
  if (d.is_own() && !d.report.pid) d.report.pid = pid;
  return true;
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::detail, "Data read fault at ", bus_cycle},
    {SectionId::detail, "Data write fault at ", bus_cycle},
    {SectionId::detail, "Pipe stage C instruction fault at ", bus_cycle},
    {SectionId::detail, "Pipe stage B instruction fault at ", bus_cycle},
    {SectionId::detail, "SSW=0x", nullptr},
    {SectionId::detail, "Current process id is ", current},
    {SectionId::pc, "PC: [<", pc_line, 0, LineTrait::shared},
    {SectionId::registers, "SR: ", register_line, 0},
    {SectionId::registers, "d0: ", register_line, 1},
    {SectionId::registers, "d4: ", register_line, 2},
    {SectionId::registers, "Frame format=", nullptr, 3},
    {SectionId::registers, "wb ", nullptr, 4},
    {SectionId::registers, "push data: ", nullptr, 5},
    {SectionId::registers, "Stack from ", nullptr, 6},
});

constexpr std::string_view control_registers[] = {"SR"};
constexpr PcWords pc_words[] = {{"PC:", PcKind::exact}};
constexpr RelocationRule relocations[] = {{R_68K_32, 4}};

// arch/m68k/kernel/{entry.S,traps.c}
constexpr EntryCode entry_code{
    .exception = "buserr buserr_c trap trap_c bad_super_trap send_fault_sig",
    .system_call = "syscall system_call ret_from_syscall",
};

}  // namespace

extern constinit const Arch m68k;
constinit const Arch m68k{
    .info = {.id = "m68k",
             .elf_machine = EM_68K,
             .bits = 32,
             .big_endian = true,
             .pc = "PC",
             .sp = "SP",
             .control_registers = control_registers,
             .pc_words = pc_words,
             .entry_code = entry_code},
    .sections = sections,
    .end_mark_since = "",
    .relocations = relocations,
    .moves_text = false,
};

}  // namespace unoops::arch
