// 32-bit ARM: v6.1 arch/arm/kernel/process.c __show_regs, traps.c, arch/arm/mm/fault.c.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "base/text.hpp"

namespace unoops::arch {
namespace {

constexpr std::array<std::string_view, 17> registers = {"r0", "r1",  "r2", "r3", "r4", "r5", "r6", "r7", "r8",
                                                        "r9", "r10", "fp", "ip", "sp", "lr", "pc", "psr"};

bool pc(Scanner, ReportBuilder& d) {
  if (!bracketed_pc_line(d, "psr", 32)) return false;
  d.block.pc = true;
  return true;
}

// "Process trig (pid: 117, stack limit = 0x12345678)"
bool process(Scanner rest, ReportBuilder& d) {
  std::string_view comm;
  std::int64_t pid = 0;
  if (rest.until(" (pid: ", comm) && rest.dec(pid) && d.report.comm.empty()) {
    d.report.comm = comm;
    d.report.pid = pid;
  }
  return true;
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::pc, "pc : [<", pc},
    {SectionId::registers, "sp : ", register_line, 1, LineTrait::shared},
    {SectionId::registers, "r10: ", register_line, 2},
    {SectionId::registers, "r7 : ", register_line, 3},
    {SectionId::registers, "r3 : ", register_line, 4},
    {SectionId::registers, "Flags: ", nullptr, 5},
    {SectionId::registers, "Control: ", nullptr, 6},
    {SectionId::registers, "Register r", nullptr, 7},
    {SectionId::registers, "Process ", process, 8, LineTrait::shared},
    {SectionId::registers, "Stack: (0x", nullptr, 9, LineTrait::shared},
    {SectionId::trailer, "Exception stack(0x"},
});

}  // namespace

extern constinit const Arch arm;
constinit const Arch arm{
    .info = {.id = "arm",
             .elf_machine = EM_ARM,
             .bits = 32,
             .pc = "pc",
             .sp = "sp",
             .fault_address = "FAR",
             .registers = registers},
    .sections = sections,
};

}  // namespace unoops::arch
