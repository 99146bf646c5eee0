// sparc64: v6.1 arch/sparc/kernel/process_64.c show_regs, traps_64.c die_if_kernel.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "facts/addresses.hpp"

namespace unoops::arch {
namespace {

// "Caller[0000000000486f28]: vfs_read+0x90/0xe0": the trace once more, behind "Call Trace:"; before v2.6.27 alone
// (arch/sparc64/kernel/traps.c die_if_kernel).
bool caller(Scanner rest, ReportBuilder& d) {
  if (d.block.trace) return true;
  if (!rest.skip_to("]: ")) return false;
  return d.read_frame_line(rest.rest());
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::registers, "TSTATE: ", register_line, 0},
    {SectionId::pc, "TPC: <", pc_line},
    {SectionId::registers, "g0: ", register_line, 1},
    {SectionId::registers, "g4: ", register_line, 2},
    {SectionId::registers, "o0: ", register_line, 3},
    {SectionId::registers, "o4: ", register_line, 4},
    {SectionId::registers, "RPC: <", link_line, 5},
    {SectionId::registers, "l0: ", register_line, 6},
    {SectionId::registers, "l4: ", register_line, 7},
    {SectionId::registers, "i0: ", register_line, 8},
    {SectionId::registers, "i4: ", register_line, 9},
    {SectionId::registers, "I7: <", nullptr, 10},  // the trace's first frame
    {SectionId::frame, "Caller[", caller},
    {SectionId::code, "Instruction DUMP:", dump_start},
    {SectionId::code, "", dump_row, 1},
});

constexpr std::string_view control_registers[] = {"TSTATE"};
constexpr PcWords pc_words[] = {
    {"TPC:", PcKind::exact},  // its RPC and I7 are return addresses
    {"TPC", PcKind::exact},   // arch/sparc/kernel/traps_64.c: "TPC<%pS>"
    {"RPC:", PcKind::return_address},
};
// arch/sparc/kernel/traps_64.c, arch/sparc/mm/fault_64.c
constexpr EntryCode entry_code{
    .exception = "unhandled_fault do_sparc64_fault bad_trap sparc64_realfault_common",
    .system_call = "linux_sparc_syscall linux_sparc_syscall32",
};
constexpr RelocationRule relocations[] = {{R_SPARC_64, 8}, {R_SPARC_UA64, 8}, {R_SPARC_UA32, 4}};

}  // namespace

extern constinit const Arch sparc64;
constinit const Arch sparc64{
    .info = {.id = "sparc64",
             .elf_machine = EM_SPARCV9,
             .bits = 64,
             .big_endian = true,
             .pc = "TPC",
             .sp = "sp",
             .control_registers = control_registers,
             .pc_words = pc_words,
             .ranges = upper_half,
             .low_kernel = true,
             .own_errnos = true,
             .entry_code = entry_code},
    .sections = sections,
    .end_mark_since = "",
    .elf_machine_32 = EM_SPARC,
    .relocations = relocations,
    .moves_text = false,
};

}  // namespace unoops::arch
