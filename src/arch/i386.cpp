// i386: v6.1 arch/x86/kernel/process_32.c __show_regs, arch/x86/mm/fault.c dump_pagetable.
#include <elf.h>

#include <algorithm>
#include <array>
#include <string>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "arch/x86.hpp"
#include "machine/isa.hpp"

namespace unoops::arch {
namespace {

constexpr std::array<std::string_view, 13> registers = {"EAX", "EBX",    "ECX", "EDX", "ESI", "EDI", "EBP",
                                                        "ESP", "EFLAGS", "CR0", "CR2", "CR3", "CR4"};

// EIP: foo+0x14/0x20 [mod]                                since v4.10
// EIP: 0060:[<c0101234>] EFLAGS: 00010246 CPU: 0          then "EIP is at foo+0x14/0x20"
// EIP:    0060:[<c0101234>]    Not tainted VLI            to 2.6.24, then EFLAGS, then "EIP is at foo+0x14/0x20"
// EIP: [<c0101234>] foo+0x14/0x20 SS:ESP 0068:c1234567    tail summary to v4.9
// EIP: 0xb7f48559                                         user mode
bool eip(Scanner rest, ReportBuilder& d) {
  rest.blanks();
  d.block.pc = true;
  d.block.register_order = -1;
  unsigned selector = 0;
  if (Scanner ahead = rest; ahead.hex_n(4, selector) && ahead.lit(":")) {
    d.block.user = (selector & 3) == 3;
    const auto behind = d.line->text.substr(d.line->text.find(']') + 1);
    read_register_pairs(behind, d);
    if (!d.block.user) take_state(behind, d);
    return true;
  }
  // Without a symbol it is user mode, unless it is the fault's own: a jump to a bad address.
  d.block.user = d.block.trace;
  if (d.block.trace && rest.lit("0x")) return true;
  return read_pc(rest.rest(), d, "pc");
}

// "EFLAGS: 00010202   (2.6.16 #3)"      to 2.6.24, between EIP's two lines (arch/i386/kernel/traps.c show_registers)
// "EFLAGS: 00010246 CPU: 0"             v4.19, v4.20
bool eflags(Scanner, ReportBuilder& d) {
  take_state(d.line->text, d);
  return read_register_pairs(d.line->text, d);
}

// "eax: 00000000   ebx: 00000001   ecx: ffffffff   edx: 00000000": to 2.6.24
bool small_letters(Scanner, ReportBuilder& d) {
  std::string text(d.line->text);
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  d.block.registers = true;
  return read_register_pairs(text, d);
}

bool cr(Scanner rest, ReportBuilder& d) {
  if (rest.skip_to("CR2: ")) take_cr2(rest, d);
  return register_line(rest, d);
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::detail, "*pde = ", detail_line, 0, LineTrait::shared},  // sh had it, too (to v3.3)
    {SectionId::detail, "*pdpt = ", detail_line},
    {SectionId::pc, "EIP is at ", pc_line, 0, LineTrait::again},
    {SectionId::pc, "EIP: ", eip, 0, LineTrait::selector | LineTrait::again},
    {SectionId::registers, "EAX: ", register_line, 0},
    {SectionId::registers, "ESI: ", register_line, 1},
    {SectionId::registers, "DS: ", register_line, 2},
    {SectionId::registers, "eax: ", small_letters, 0},
    {SectionId::registers, "esi: ", small_letters, 1},
    {SectionId::registers, "ds: ", small_letters, 2},
    {SectionId::pc, "EFLAGS: ", eflags},
    {SectionId::registers, "CR0: ", cr, 4},
    {SectionId::registers, "CR2: ", cr, 5},
    {SectionId::registers, "DR0: ", register_line, 6},
    {SectionId::registers, "DR6: ", register_line, 7},
});

// arch/x86/entry/entry_32.S: EAX is -ENOSYS by the time that registers are printed, the call's number is not.
constexpr std::string_view call_arguments[] = {"EBX", "ECX", "EDX", "ESI", "EDI", "EBP"};
constexpr std::string_view call_entries[] = {"do_int80_syscall_32",   "do_fast_syscall_32", "__do_fast_syscall_32",
                                             "do_syscall_32_irqs_on", "entry_SYSENTER_32",  "entry_INT80_32",
                                             "syscall_call",          "sysenter_do_call",   "sysenter_after_call"};
constexpr std::string_view call_functions[] = {"__ia32_sys_", "SyS_", "sys_"};

constexpr RelocationRule relocations[] = {{R_386_32, 4}};

}  // namespace

extern constinit const Arch i386;
constinit const Arch i386{
    .info = {.id = "i386",
             .elf_machine = EM_386,
             .bits = 32,
             .pc = "EIP",
             .sp = "ESP",
             .fault_address = "CR2",
             .registers = registers,
             .varying_instructions = true,
             .control_registers = x86_control_registers,
             .pc_words = x86_pc_words,
             .ranges = lower_split,
             .entry_code = x86_entry_code},
    .sections = sections,
    .decode_fault = decode_x86_fault,
    .protection_faults = true,
    .entry_steps = x86_entry_steps,
    .system_call = {.call = {"", call_arguments, SystemCallTable::i386},
                    .entries = call_entries,
                    .functions = call_functions},
    .interrupt_bits = x86_interrupt_bits,
    .relocations = relocations,
    .isa = &machine::i386_isa,
};

}  // namespace unoops::arch
