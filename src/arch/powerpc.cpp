// powerpc, 32 and 64 bits: v6.1 arch/powerpc/kernel/process.c __show_regs, show_instructions; arch/powerpc/mm/fault.c
// bad_page_fault.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "base/text.hpp"
#include "facts/addresses.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/pc_kind.hpp"
#include "grammar/symbol_ref.hpp"
#include "machine/isa.hpp"

namespace unoops::arch {
namespace {

constexpr std::array<std::string_view, 41> registers = {
    "GPR00", "GPR01", "GPR02", "GPR03", "GPR04", "GPR05", "GPR06", "GPR07",  "GPR08", "GPR09", "GPR10",
    "GPR11", "GPR12", "GPR13", "GPR14", "GPR15", "GPR16", "GPR17", "GPR18",  "GPR19", "GPR20", "GPR21",
    "GPR22", "GPR23", "GPR24", "GPR25", "GPR26", "GPR27", "GPR28", "GPR29",  "GPR30", "GPR31", "NIP",
    "LR",    "CTR",   "MSR",   "CR",    "XER",   "DAR",   "DSISR", "IRQMASK"};

// "NIP:  c0080000006a0808 LR: c0080000006a0e48 CTR: ..." opens a register block. Behind "--- interrupt:" it is the
// block of the interrupted context.
bool nip_values(Scanner, ReportBuilder& d) {
  d.block.user = d.block.trace;
  d.block.register_order = -1;
  if (!d.block.user) take_state(d.line->text, d);
  return register_line(Scanner(""), d);
}

// "NIP [c0080000006a0808] kfault_ring_sum+0x68/0xd0 [kfault]"; "NIP [0000000000000000] 0x0": nothing stands there
bool nip(Scanner rest, ReportBuilder& d) {
  d.block.pc = true;
  if (read_pc(rest.rest(), d, "pc")) return true;
  if (d.block.user || d.block.trace) return true;  // user space's
  SymbolRef ref;                                   // "NIP [0000000000000000] 0x0"
  const auto part = rest.rest();
  std::uint64_t address = 0;
  if (!rest.hex(address)) return false;
  ref.address = address;
  ref.pc = classify_address(d.line->text, part);
  d.add_pc(frame_of(std::move(ref)));
  return true;
}

// Of a fetch that failed it is the address, too.
bool faulting_instruction(Scanner rest, ReportBuilder& d) {
  std::uint64_t address = 0;
  if (d.is_own() && d.report.fault.access == Access::execute && rest.hex0x(address)) d.set_fault_address(address);
  return detail_line(rest, d);
}

// "CFAR: c0080000006a07e0 DAR: 0000000000000040 DSISR: 40000000 IRQMASK: 0"
bool fault_registers(Scanner, ReportBuilder& d) {
  const auto text = d.line->text;
  if (const auto dar = value_behind(text, "DAR: "); dar && d.is_own() && !d.block.user && !d.report.fault.address)
    d.set_fault_address(*dar);
  if (const auto at = text.find("DSISR: "); at != std::string_view::npos && d.is_own() && !d.block.user) {
    std::string_view value;
    if (Scanner s(text.substr(at + 7)); s.run(is_hex, value)) d.report.fault.error_code = value;
  }
  // One digit, which is no register's word.
  if (const auto mask = value_behind(text, "IRQMASK: ")) d.add_register("IRQMASK", *mask, 64);
  return register_line(Scanner(""), d);
}

// "GPR04: v v v v"
bool gpr(Scanner, ReportBuilder& d) {
  int first = 0;
  Scanner rest(d.line->text);
  return rest.blanks().lit("GPR") && rest.dec(first) && rest.lit(": ") &&
         read_register_row(rest.rest(), d, "GPR", first);
}

// "TASK = d1eec0c0[2407] 'mount' Last syscall: 21"             to 2.6.23
// "TASK = c000000037e8a000[1] 'swapper/0' THREAD: c0000000 CPU: 0"     to v4.x
bool task(Scanner rest, ReportBuilder& d) {
  std::string_view comm;
  std::int64_t pid = 0;
  if (!rest.skip_to("[") || !rest.dec(pid) || !rest.lit("] '") || !rest.until("'", comm)) return false;
  take_state(rest.rest(), d);
  if (d.is_own() && !d.report.pid) d.report.pid = pid, d.report.comm = comm;
  return true;
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::detail, "Faulting instruction address: ", faulting_instruction},
    {SectionId::task_info, "LE PAGE_SIZE=", detail_line},
    {SectionId::task_info, "BE PAGE_SIZE=", detail_line},
    {SectionId::registers, "NIP: ", nip_values, 0},
    {SectionId::registers, "REGS: ", state_line, 1},
    {SectionId::registers, "MSR: ", register_line, 2},
    {SectionId::task_info, "TASK = ", task},
    {SectionId::registers, "CFAR: ", fault_registers, 3},
    {SectionId::registers, "DAR: ", fault_registers, 3},
    {SectionId::registers, "DEAR: ", fault_registers, 3},
    {SectionId::registers, "IRQMASK: ", nullptr, 3},
    {SectionId::registers, "GPR00", gpr, 4},
    {SectionId::registers, "GPR04", gpr, 5},
    {SectionId::registers, "GPR08", gpr, 6},
    {SectionId::registers, "GPR12", gpr, 7},
    {SectionId::registers, "GPR16", gpr, 8},
    {SectionId::registers, "GPR20", gpr, 9},
    {SectionId::registers, "GPR24", gpr, 10},
    {SectionId::registers, "GPR28", gpr, 11},
    {SectionId::pc, "NIP [", nip},
    {SectionId::pc, "LR [", link_line},
    {SectionId::trace_mark, "--- interrupt: "},
    {SectionId::trace_mark, "---- interrupt: "},
    {SectionId::code, "Instruction dump:", dump_start},
    {SectionId::code, "", dump_row, 1},
});

// DSISR (arch/powerpc/include/asm/reg.h): bit 0x02000000 is a store, 0x40000000 no translation, 0x08000000 protection.
void decode(Report& report) {
  auto& fault = report.fault;
  // DAR and DSISR are those of the last storage interrupt: of another exception they say nothing.
  if (!report.kind->has(Trait::bad_pointer | Trait::maybe_bad_pointer)) {
    fault.address.reset();
    fault.error_code.clear();
    return;
  }
  std::uint64_t dsisr = 0;
  if (!Scanner(fault.error_code).hex(dsisr)) return;
  if (fault.access == Access::unknown) fault.access = dsisr & 0x02000000 ? Access::write : Access::read;
  fault.error_bits.emplace_back(access_id(fault.access));
  struct Bit {
    std::uint64_t mask;
    std::string_view words;
  };
  static constexpr auto bits = std::to_array<Bit>({
      {0x40000000, "page not present"},
      {0x20000000, "the page's attributes contradict each other"},
      {0x10000000, "no code may be fetched from there"},
      {0x08000000, "protection violation"},
      {0x04000000, "memory that must not be cached or read ahead does not allow this access"},
      {0x00400000, "hit a data breakpoint"},
      {0x00200000, "storage key fault"},
      {0x00080000, "the MMU does not support this configuration"},
      {0x00040000, "the page table entry's accessed and changed bits could not be set"},
      {0x00020000, "the process table could not be read"},
      {0x00000008, "copy or paste of memory that does not allow it"},
      {0x00000004, "no such atomic operation"},
  });
  for (const auto& bit : bits)
    if (dsisr & bit.mask) fault.error_bits.emplace_back(bit.words);
}

// asm/hw_irq.h IRQS_DISABLED: a 64-bit kernel only notes that they are off, and may leave them on; asm/reg.h MSR_EE
constexpr InterruptBits interrupt_bits[] = {{"IRQMASK", 1, false, "IRQS_DISABLED"}, {"MSR", 1 << 15, true, "EE"}};
constexpr std::string_view control_registers[] = {"MSR", "IRQMASK", "CR", "XER", "DSISR", "ESR"};
constexpr PcWords pc_words[] = {
    {"NIP", PcKind::exact},         {"NIP:", PcKind::exact},         {"pc:", PcKind::exact},  // xmon
    {"LR", PcKind::return_address}, {"lr:", PcKind::return_address},
};
// arch/powerpc/kernel/{exceptions-64s,interrupt_64,entry_64,head_64}.S, arch/powerpc/mm/fault.c, mm/book3s64,
// arch/powerpc/platforms/pseries
constexpr EntryCode entry_code{
    .exception =
        "bad_page_fault __bad_page_fault ___do_page_fault hash__do_page_fault do_hash_fault data_access_* "
        "instruction_access_* program_check_* do_program_check _exception* interrupt_return* alignment_exception",
    .interrupt = "timer_interrupt hardware_interrupt_common* decrementer_common* replay_soft_interrupts*",
    .system_call = "system_call*",
    .idle = "__secondary_start* start_secondary_prolog shared_cede_loop plpar_hcall_norets* dedicated_cede_loop",
    .thread = "ret_from_kernel_thread ret_from_kernel_user_thread start_kernel_thread",
    .boot = "start_here_common",
};
constexpr EntryStep entry_steps[] = {
    {"system_call_exception", EntryWay::system_call, 1},
    {"system_call_common", EntryWay::system_call, 2, true},
    {"system_call_vectored_common", EntryWay::system_call, 2, true},
    {"ret_from_kernel_thread", EntryWay::thread, 4, true},
    {"ret_from_kernel_user_thread", EntryWay::thread, 4, true},
};
constexpr std::string_view call_prefixes[] = {"__powerpc_"};
// arch/powerpc/kernel/interrupt.c system_call_exception; the trace prints the program's registers behind
// "--- interrupt: c00" (sc) and "--- interrupt: 3000" (scv), but behind other interrupts as well.
constexpr std::string_view call_arguments[] = {"GPR03", "GPR04", "GPR05", "GPR06", "GPR07", "GPR08"};
constexpr std::string_view call_entries[] = {"system_call_exception", "system_call_common",
                                             "system_call_vectored_common"};
// The numbers are those of 32 bits, too (R_PPC_ADDR32, R_PPC_UADDR32).
constexpr RelocationRule relocations[] = {{R_PPC64_ADDR64, 8}, {R_PPC64_ADDR32, 4}, {R_PPC_UADDR32, 4}};

}  // namespace

extern constinit const Arch powerpc;
constinit const Arch powerpc{
    .info = {.id = "powerpc",
             .elf_machine = EM_PPC64,
             .bits = 64,
             .pc = "NIP",
             .sp = "GPR01",
             .fault_address = "DAR",
             .registers = registers,
             .control_registers = control_registers,
             .pc_words = pc_words,
             .ranges = upper_half,
             .page_size = 0,
             .entry_code = entry_code,
             .system_call_prefixes = call_prefixes},
    .sections = sections,
    .decode_fault = decode,
    .entry_steps = entry_steps,
    .system_call = {.call = {"GPR00", call_arguments, SystemCallTable::powerpc}, .entries = call_entries},
    .interrupt_bits = interrupt_bits,
    .elf_machine_32 = EM_PPC,
    .either_endian = true,
    .relocations = relocations,
    .isa = &machine::powerpc_isa,
    .isa_32 = &machine::powerpc32_isa,
};

}  // namespace unoops::arch
