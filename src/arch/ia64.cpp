// ia64: v6.1 arch/ia64/kernel/process.c show_regs, ia64_do_show_stack; traps.c die.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "facts/addresses.hpp"

namespace unoops::arch {
namespace {

// "psr : 00001010085a2010 ifs : 8000000000000001 ip  : [<a0000001002ca020>]    Not tainted (2.6.29)"
bool status(Scanner rest, ReportBuilder& d) {
  take_state(d.line->text, d);
  return register_line(rest, d);
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::registers, "psr : ", status, 0},
    {SectionId::pc, "ip is at ", pc_line},
    {SectionId::registers, "unat: ", register_line, 1},
    {SectionId::registers, "rnat: ", register_line, 2},
    {SectionId::registers, "ldrs: ", register_line, 3},
    {SectionId::registers, "csd : ", register_line, 4},
    {SectionId::registers, "b0  : ", register_line, 5},
    {SectionId::registers, "f6  : ", nullptr, 6},  // of 82 bits
    {SectionId::registers, "f8  : ", nullptr, 7},
    {SectionId::registers, "f10 : ", nullptr, 8},
    {SectionId::registers, "r1  : ", register_line, 9},
    {SectionId::registers, "r8  : ", register_line, 10},
    {SectionId::registers, "r11 : ", register_line, 11},
    {SectionId::registers, "r14 : ", register_line, 12},
    {SectionId::registers, "r17 : ", register_line, 13},
    {SectionId::registers, "r20 : ", register_line, 14},
    {SectionId::registers, "r23 : ", register_line, 15},
    {SectionId::registers, "r26 : ", register_line, 16},
    {SectionId::registers, "r29 : ", register_line, 17},
    {SectionId::frame, "sp=", passed_line},  // the second line of a frame
});

constexpr std::string_view control_registers[] = {"psr", "ifs", "pfs", "rsc", "pr", "fpsr"};
constexpr PcWords pc_words[] = {{"ip is at", PcKind::exact}};
// arch/ia64/kernel/{entry,ivt}.S, traps.c, irq_ia64.c, arch/ia64/mm/fault.c
constexpr EntryCode entry_code{
    .exception =
        "ia64_do_page_fault* ia64_native_leave_kernel* ia64_leave_kernel* ia64_fault ia64_bad_break "
        "ia64_handle_unaligned ia64_illegal_op_fault",
    .interrupt = "ia64_handle_irq",
    .system_call = "ia64_ret_from_syscall ia64_trace_syscall __kernel_syscall_via_break",
    .idle = "start_ap",
    .thread = "kernel_thread_helper call_payload ia64_ret_from_clone",
};

}  // namespace

extern constinit const Arch ia64;
constinit const Arch ia64{
    .info = {.id = "ia64",
             .elf_machine = EM_IA_64,
             .bits = 64,
             .pc = "ip",
             .sp = "r12",
             .control_registers = control_registers,
             .pc_words = pc_words,
             .ranges = upper_half,
             .page_size = 0,
             .entry_code = entry_code},
    .sections = sections,
    .prints_code = false,
    .end_mark_since = "",
    .moves_text = false,
};

}  // namespace unoops::arch
