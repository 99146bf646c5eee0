// 32-bit ARM: v6.1 arch/arm/kernel/process.c __show_regs, traps.c, arch/arm/mm/fault.c.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "base/text.hpp"
#include "machine/isa.hpp"

namespace unoops::arch {
namespace {

constexpr std::array<std::string_view, 17> registers = {"r0", "r1",  "r2", "r3", "r4", "r5", "r6", "r7", "r8",
                                                        "r9", "r10", "fp", "ip", "sp", "lr", "pc", "psr"};

bool pc(Scanner, ReportBuilder& d) {
  if (!bracketed_pc_line(d, "psr", 32)) return false;
  d.block.pc = true;
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
    {SectionId::registers, "Stack: (0x", nullptr, 9, LineTrait::shared},
    {SectionId::trailer, "Exception stack(0x"},
    // " r7:00000000 r6:c0a0b0c0 r5:c0a0b0d0 r4:c0a0b0e0", between the frames of a kernel with frame pointers
    // (arch/arm/lib/backtrace.S)
    {SectionId::frame, "r10:", passed_line},
    {SectionId::frame, "r9:", passed_line},
    {SectionId::frame, "r8:", passed_line},
    {SectionId::frame, "r7:", passed_line},
    {SectionId::frame, "r6:", passed_line},
    {SectionId::frame, "r5:", passed_line},
    {SectionId::frame, "r4:", passed_line},
});

constexpr InterruptBits interrupt_bits[] = {{"psr", 1 << 7, false, "I"}};  // asm/ptrace.h PSR_I_BIT
constexpr std::string_view control_registers[] = {"psr", "cpsr", "Control", "DAC"};
constexpr PcWords pc_words[] = {{"PC is at", PcKind::exact}, {"LR is at", PcKind::return_address}};
// arch/arm/kernel/{entry-armv,entry-common,head}.S, traps.c, process.c, arch/arm/mm/{fault,alignment}.c
constexpr EntryCode entry_code{
    .exception =
        "__dabt_svc __und_svc* __pabt_svc do_DataAbort do_PrefetchAbort do_undefinstr* arm_notify_die "
        "do_translation_fault* do_permission_fault* __do_kernel_fault* do_bad_area* do_alignment_fault*",
    .interrupt = "__irq_svc __irq_usr asm_do_IRQ",
    .system_call = "ret_fast_syscall __sys_trace_return",
    .idle = "secondary_start_kernel cpu_do_idle",
    .thread = "kernel_thread_exit",
};
constexpr EntryStep entry_steps[] = {{"ret_fast_syscall", EntryWay::system_call, 6, true}};
constexpr RelocationRule relocations[] = {{R_ARM_ABS32, 4}};

}  // namespace

extern constinit const Arch arm;
constinit const Arch arm{
    .info = {.id = "arm",
             .elf_machine = EM_ARM,
             .bits = 32,
             .pc = "pc",
             .sp = "sp",
             .fault_address = "FAR",
             .registers = registers,
             .constants_in_code = true,
             .control_registers = control_registers,
             .pc_words = pc_words,
             .ranges = lower_split,
             .entry_code = entry_code},
    .sections = sections,
    .alignment_pc_is_behind = true,  // arch/arm/mm/alignment.c do_alignment(), "bad:"
    .first_frame_is_bare = true,     // "foo from bar+0x14/0x20": arch/arm/kernel/traps.c dump_backtrace_entry()
    .entry_steps = entry_steps,
    .interrupt_bits = interrupt_bits,
    .relocations = relocations,
    .moves_text = false,
    .bit_0_is_thumb = true,
    .isa = &machine::arm_isa,
    .compact_isa = &machine::thumb_isa,
};

}  // namespace unoops::arch
