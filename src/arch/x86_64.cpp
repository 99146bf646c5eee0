// x86-64: v6.1 arch/x86/kernel/process_64.c __show_regs, arch/x86/mm/fault.c show_fault_oops,
// arch/x86/kernel/dumpstack.c.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "arch/x86.hpp"
#include "base/text.hpp"
#include "grammar/symbol_ref.hpp"

namespace unoops::arch {
namespace {

constexpr std::array<std::string_view, 25> registers = {
    "RAX", "RBX", "RCX", "RDX",    "RSI", "RDI", "RBP", "RSP", "R08", "R09", "R10", "R11",     "R12",
    "R13", "R14", "R15", "EFLAGS", "CR0", "CR2", "CR3", "CR4", "FS",  "GS",  "CS",  "ORIG_RAX"};

// RIP: 0010:foo+0x1/0x2 [mod]          since v4.10
// RIP: 0010:[<ffffffff81234567>]  [<ffffffff81234567>] foo+0x1/0x2
// RIP: 0033:0x7f12a4b5c6d7             user mode: the registers of the system call's entry follow
// RIP  [<ffffffff81234567>] foo+0x1/0x2, RIP: foo+0x1/0x2 RSP: ffff8800...      tail summaries to v4.16
bool rip(Scanner rest, ReportBuilder& d) {
  rest.blanks();
  unsigned selector = 0;
  Scanner ahead = rest;
  const bool has_selector = ahead.hex_n(4, selector) && ahead.lit(":");
  if (has_selector) rest = ahead;
  d.block.pc = true;
  d.block.register_order = -1;
  // The low two bits of a selector are the privilege: 3 is user mode. (Xen's PV kernel runs at e030.)
  d.block.user = has_selector && (selector & 3) == 3;
  d.block.skip = false;
  if (d.block.user || rest.at_end()) return true;
  if (d.block.trace && d.is_own()) {  // the interrupted context, within a trace: the frames go on behind it
    d.block.skip = true;
    const bool read = read_pc(rest.rest(), d, "pc");
    d.in_stack = false;
    return read;
  }
  return read_pc(rest.rest(), d, d.block.role == Block::Role::other && d.block_cpu ? d.trace_label : "pc");
}

// CR2: 0000000000000008 CR3: ... CR4: ...; alone behind the modules (v6.1 arch/x86/mm/fault.c page_fault_oops)
bool cr2(Scanner rest, ReportBuilder& d) {
  take_cr2(rest, d);
  return register_line(rest, d);
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::pc, "RIP:", rip, 0, LineTrait::selector | LineTrait::again},
    {SectionId::pc, "RIP  [<", rip, 0, LineTrait::again},
    {SectionId::registers, "RSP: ", register_line, 0, LineTrait::selector},
    {SectionId::registers, "RSP <", nullptr, 0},
    {SectionId::registers, "RAX: ", register_line, 1},
    {SectionId::registers, "RDX: ", register_line, 2},
    {SectionId::registers, "RBP: ", register_line, 3},
    {SectionId::registers, "R10: ", register_line, 4},
    {SectionId::registers, "R13: ", register_line, 5},
    {SectionId::registers, "FS: ", register_line, 6, LineTrait::long_form},
    {SectionId::registers, "CS: ", register_line, 7, LineTrait::long_form},
    {SectionId::registers, "CR2: ", cr2, 8, LineTrait::long_form},
    {SectionId::registers, "DR0: ", register_line, 9, LineTrait::long_form},
    {SectionId::registers, "DR3: ", register_line, 10, LineTrait::long_form},
    {SectionId::registers, "PKRU: ", register_line, 11, LineTrait::long_form},
});

}  // namespace

extern constinit const Arch x86_64;
constinit const Arch x86_64{
    .info = {.id = "x86_64",
             .elf_machine = EM_X86_64,
             .bits = 64,
             .pc = "RIP",
             .sp = "RSP",
             .fault_address = "CR2",
             .registers = registers},
    .sections = sections,
    .decode_fault = decode_x86_fault,
};

}  // namespace unoops::arch
