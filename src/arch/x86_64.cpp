// x86-64: v6.1 arch/x86/kernel/process_64.c __show_regs, arch/x86/mm/fault.c show_fault_oops,
// arch/x86/kernel/dumpstack.c.
#include <elf.h>

#include <array>
#include <utility>
#include <vector>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "arch/x86.hpp"
#include "base/text.hpp"
#include "grammar/symbol_ref.hpp"
#include "machine/isa.hpp"

namespace unoops::arch {
namespace {

constexpr std::array<std::string_view, 25> registers = {
    "RAX", "RBX", "RCX", "RDX",    "RSI", "RDI", "RBP", "RSP", "R08", "R09", "R10", "R11",     "R12",
    "R13", "R14", "R15", "EFLAGS", "CR0", "CR2", "CR3", "CR4", "FS",  "GS",  "CS",  "ORIG_RAX"};

// crash(8) has other names for some.
void use_kernels_names(std::vector<Register>& file) {
  for (auto& reg : file) {
    if (reg.name == "RFLAGS") reg.name = "EFLAGS";
    if (reg.name == "R8" || reg.name == "R9") reg.name.insert(1, "0");
  }
}

bool register_row(Scanner rest, ReportBuilder& d) {
  if (!register_line(rest, d)) return false;
  use_kernels_names(d.block.user ? d.report.user_registers : d.report.registers);
  return true;
}

// RIP: ffffffffc0402489  RSP: ffffce80403dbb18  RFLAGS: 00000046      crash's bt (its x86_64.c
// x86_64_display_exception_frame, 8.0): behind "[exception RIP: foo+41]", else it is the program's.
bool crash_rip(Scanner rest, std::uint64_t address, ReportBuilder& d) {
  const bool announced = std::exchange(d.block.pc, false);
  d.block.register_order = -1;
  d.block.user = !announced;
  if (!announced) d.block.skip = address >> 63 != 0;
  auto& stacks = d.report.stacks;
  for (std::size_t back = 1; announced && back <= 2 && back <= stacks.size(); ++back) {
    auto& frames = stacks[stacks.size() - back].frames;
    if (frames.empty() || frames.back().ref.pc != PcKind::exact || frames.back().ref.address) continue;
    frames.back().ref.address = address;
    break;
  }
  read_register_pairs(rest.rest(), d);
  use_kernels_names(d.block.user ? d.report.user_registers : d.report.registers);
  return true;
}

// RIP: 0010:foo+0x1/0x2 [mod]          since v4.10
// RIP: 0010:[<ffffffff81234567>]  [<ffffffff81234567>] foo+0x1/0x2
// RIP: 0033:0x7f12a4b5c6d7             user mode: the registers of the system call's entry follow
// RIP  [<ffffffff81234567>] foo+0x1/0x2, RIP: foo+0x1/0x2 RSP: ffff8800...      tail summaries to v4.16
bool rip(Scanner rest, ReportBuilder& d) {
  rest.blanks();
  std::uint64_t address = 0;
  if (Scanner crash = rest; crash.hex_n(16, address) && crash.blanks().rest().starts_with("RSP: "))
    return crash_rip(crash, address, d);
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
  std::uint64_t value = 0;
  if (Scanner whole = rest; whole.blanks().hex_n(16, value)) take_cr2(rest, d);
  return register_line(rest, d);
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::pc, "RIP:", rip, 0, LineTrait::selector | LineTrait::again},
    {SectionId::pc, "RIP  [<", rip, 0, LineTrait::again},
    {SectionId::registers, "RSP: ", register_line, 0, LineTrait::selector},
    {SectionId::registers, "RSP <", nullptr, 0},
    {SectionId::registers, "RAX: ", register_line, 1},
    {SectionId::registers, "RDX: ", register_line, 2},
    {SectionId::registers, "RBP: ", register_row, 3},
    {SectionId::registers, "R10: ", register_line, 4},
    {SectionId::registers, "R13: ", register_line, 5},
    {SectionId::registers, "ORIG_RAX: ", register_line, 6},
    {SectionId::registers, "FS: ", register_line, 6, LineTrait::long_form},
    {SectionId::registers, "CS: ", register_line, 7, LineTrait::long_form},
    {SectionId::registers, "CR2: ", cr2, 8, LineTrait::long_form},
    {SectionId::registers, "DR0: ", register_line, 9, LineTrait::long_form},
    {SectionId::registers, "DR3: ", register_line, 10, LineTrait::long_form},
    {SectionId::registers, "PKRU: ", register_line, 11, LineTrait::long_form},
});

// Documentation/x86/x86_64/mm.rst, four-level paging
constexpr AddressRange ranges[] = {
    {0x0, 0x00007fffffffffff, AddressClass::user, "a user-space address"},
    {0x0000800000000000, 0xffff7fffffffffff, AddressClass::non_canonical, "a non-canonical address: no pointer at all"},
    {0xfffffe0000000000, 0xfffffe7fffffffff, AddressClass::kernel,
     "in the CPU entry area (exception stacks, GDT, TSS)"},
    {0xffffffff80000000, 0xffffffff9fffffff, AddressClass::text, "in the kernel's image"},
    {0xffffffffa0000000, 0xfffffffffeffffff, AddressClass::module, "in the modules' area"},
    {0xffff800000000000, 0xffffffffffffffff, AddressClass::kernel, "a kernel address"},
};
constexpr KasanShadow shadows[] = {{0xdffffc0000000000, 3}};                   // arch/x86/include/asm/kasan.h
constexpr std::string_view call_prefixes[] = {"__x64_", "__ia32_", "__x32_"};  // asm/syscall_wrapper.h
constexpr std::string_view call_arguments[] = {"RDI", "RSI", "RDX", "R10", "R08", "R09"};
constexpr std::string_view compat_arguments[] = {"RBX", "RCX", "RDX", "RSI", "RDI", "RBP"};
// arch/x86/entry/common.c, arch/x86/entry/entry_64_compat.S; ia32entry.S until v4.3
constexpr std::string_view compat_entries[] = {"do_fast_syscall_32",
                                               "__do_fast_syscall_32",
                                               "do_int80_",
                                               "do_syscall_32_irqs_on",
                                               "entry_SYSENTER_compat",
                                               "entry_SYSCALL_compat",
                                               "entry_INT80_compat",
                                               "__ia32_",
                                               "sysenter_dispatch",
                                               "cstar_dispatch",
                                               "ia32_sys"};

constexpr RelocationRule relocations[] = {{R_X86_64_64, 8}, {R_X86_64_32, 4}, {R_X86_64_32S, 4}};
// asm/alternative.h, asm/static_call.h, asm/jump_label.h; the linker script keeps them in these sections.
constexpr PatchTable patch_tables[] = {
    {".smp_locks", 4, 1},         {".return_sites", 4, 5}, {".retpoline_sites", 4, 6},
    {".static_call_sites", 8, 5}, {"__jump_table", 16, 5},
};

// asm/page_64_types.h __START_KERNEL_map, asm/pgtable_types.h.
constexpr PageTables page_tables{
    .machine = "x86_64",
    .image = {.base = 0xffffffff80000000,
              .offset = "phys_base",
              .first = 0xffffffff80000000,
              .last = 0xffffffffbfffffff},
    .address_bits = {},
    .levels = 4,
    .one_more_level = "pgtable_l5_enabled",
    .present = 1,
    .address = 0x000ffffffffff000,
    .large_mask = 1 << 7,
    .large = 1 << 7,
    .cipher_mask = "sme_mask",
};

// v6.1 arch/x86/include/asm/ptrace.h
constexpr std::string_view saved_registers[] = {"ax", "dx",  "cx",  "bx",  "si",  "di",  "bp",  "sp", "r8",
                                                "r9", "r10", "r11", "r12", "r13", "r14", "r15", "ip"};
constexpr CoreNotes core_notes{.registers = 112, .members = saved_registers};

}  // namespace

extern constinit const Arch x86_64;
constinit const Arch x86_64{
    .info = {.id = "x86_64",
             .elf_machine = EM_X86_64,
             .bits = 64,
             .pc = "RIP",
             .sp = "RSP",
             .fault_address = "CR2",
             .registers = registers,
             .varying_instructions = true,
             .control_registers = x86_control_registers,
             .pc_words = x86_pc_words,
             .ranges = ranges,
             .canonical_bit = 47,
             .kasan_shadows = shadows,
             .entry_code = x86_entry_code,
             .system_call_prefixes = call_prefixes},
    .sections = sections,
    .decode_fault = decode_x86_fault,
    .protection_faults = true,
    .per_cpu_base = "GS",
    .entry_steps = x86_entry_steps,
    .system_call = {.call = {"ORIG_RAX", call_arguments, SystemCallTable::x86_64},
                    .compat_register = "CS",
                    .compat_value = 0x23,
                    .compat_entries = compat_entries,
                    .compat = {"ORIG_RAX", compat_arguments, SystemCallTable::i386}},
    // asm/pgtable_types.h: present; neither writable nor NX
    .page_entry = {.code_set = 1, .code_clear = 1ULL << 63 | 1 << 1},
    .page_tables = &page_tables,
    .core_notes = &core_notes,
    .interrupt_bits = x86_interrupt_bits,
    .relocations = relocations,
    .patch_tables = patch_tables,
    .entry_bytes = 9,  // ftrace's 5, behind an endbr64: arch/x86/kernel/ftrace.c
    .isa = &machine::x86_64_isa,
};

}  // namespace unoops::arch
