// riscv: v6.1 arch/riscv/kernel/process.c __show_regs, traps.c die, arch/riscv/mm/fault.c.
#include <elf.h>

#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "base/hex.hpp"
#include "facts/addresses.hpp"

namespace unoops::arch {
namespace {

constexpr std::array<std::string_view, 34> registers = {
    "epc", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1",  "a0",  "a1", "a2", "a3", "a4", "a5",     "a6",
    "a7",  "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6", "status", "cause"};

// "status: 0000000200000120 badaddr: 0000000000000010 cause: 000000000000000d"
bool status(Scanner, ReportBuilder& d) {
  if (d.is_own() && !d.block.user) {
    if (const auto address = value_behind(d.line->text, "badaddr: "); address && !d.report.fault.address)
      d.set_fault_address(*address);
    if (const auto cause = value_behind(d.line->text, "cause: ")) d.report.fault.error_code = hex(*cause).substr(2);
  }
  return register_line(Scanner(""), d);
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::pc, "epc : ", pc_line, 0, LineTrait::shared},
    {SectionId::pc, "epc: ", pc_line, 0, LineTrait::shared},
    {SectionId::pc, "ra : ", link_line, 0},
    {SectionId::registers, "gp : ", register_line, 0},
    {SectionId::registers, "t1 : ", register_line, 1},
    {SectionId::registers, "s1 : ", register_line, 2},
    {SectionId::registers, "a2 : ", register_line, 3},
    {SectionId::registers, "a5 : ", register_line, 4},
    {SectionId::registers, "s2 : ", register_line, 5},
    {SectionId::registers, "s5 : ", register_line, 6},
    {SectionId::registers, "s8 : ", register_line, 7},
    {SectionId::registers, "s11: ", register_line, 8},
    {SectionId::registers, "t5 : ", register_line, 9},
    {SectionId::registers, "status: ", status, 10},
});

// scause (riscv privileged specification, table "mcause values"; arch/riscv/include/asm/csr.h EXC_*).
void decode(Report& report) {
  auto& fault = report.fault;
  std::uint64_t cause = 0;
  if (!Scanner(fault.error_code).hex(cause)) return;
  struct Row {
    std::uint64_t cause;
    Access access;
    std::string_view words;
  };
  static constexpr auto rows = std::to_array<Row>({
      {0, Access::execute, "instruction address misaligned"},
      {1, Access::execute, "instruction access fault"},
      {2, Access::unknown, "illegal instruction"},
      {3, Access::unknown, "breakpoint"},
      {4, Access::read, "load address misaligned"},
      {5, Access::read, "load access fault"},
      {6, Access::write, "store address misaligned"},
      {7, Access::write, "store access fault"},
      {12, Access::execute, "instruction page fault"},
      {13, Access::read, "load page fault"},
      {15, Access::write, "store page fault"},
      {18, Access::unknown, "software check (control flow)"},
      {19, Access::unknown, "hardware error"},
  });
  for (const auto& row : rows)
    if (row.cause == cause) {
      fault.access = row.access;
      fault.error_bits.emplace_back(row.words);
    }
}

constexpr InterruptBits interrupt_bits[] = {{"status", 1 << 5, true, "SPIE"}};  // asm/csr.h SR_SPIE: IE before the trap
constexpr std::string_view control_registers[] = {"status", "cause"};
constexpr PcWords pc_words[] = {{"epc :", PcKind::exact}, {"ra :", PcKind::return_address}};
// arch/riscv/kernel/{entry.S,traps.c,smpboot.c}, arch/riscv/mm/fault.c, drivers/irqchip/irq-riscv-intc.c
constexpr EntryCode entry_code{
    .exception = "handle_exception die_kernel_fault*",
    .interrupt = "riscv_intc_irq",
    .system_call = "ret_from_syscall do_trap_ecall_u",
    .idle = "smp_callin",
};
constexpr std::string_view call_prefixes[] = {"__riscv_"};
constexpr RelocationRule relocations[] = {
    {R_RISCV_64, 8},
    {R_RISCV_32, 4},
    {R_RISCV_SET8, 1},
    {R_RISCV_SET16, 2},
    {R_RISCV_SET32, 4},
    {R_RISCV_ADD8, 1, RelocationRule::Action::add},
    {R_RISCV_ADD16, 2, RelocationRule::Action::add},
    {R_RISCV_ADD32, 4, RelocationRule::Action::add},
    {R_RISCV_ADD64, 8, RelocationRule::Action::add},
    {R_RISCV_SUB8, 1, RelocationRule::Action::subtract},
    {R_RISCV_SUB16, 2, RelocationRule::Action::subtract},
    {R_RISCV_SUB32, 4, RelocationRule::Action::subtract},
    {R_RISCV_SUB64, 8, RelocationRule::Action::subtract},
};

}  // namespace

extern constinit const Arch riscv;
constinit const Arch riscv{
    .info = {.id = "riscv",
             .elf_machine = EM_RISCV,
             .bits = 64,
             .pc = "epc",
             .sp = "sp",
             .fault_address = "badaddr",
             .registers = registers,
             .control_registers = control_registers,
             .pc_words = pc_words,
             .ranges = two_halves,
             .entry_code = entry_code,
             .system_call_prefixes = call_prefixes},
    .sections = sections,
    .decode_fault = decode,
    .interrupt_bits = interrupt_bits,
    .relocations = relocations,
};

}  // namespace unoops::arch
