// arm64: v6.1 arch/arm64/mm/fault.c mem_abort_decode, show_pte; arch/arm64/kernel/process.c __show_regs, traps.c
// panic_bad_stack.
#include <elf.h>

#include <algorithm>
#include <array>
#include <span>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "base/text.hpp"
#include "machine/isa.hpp"

namespace unoops::arch {
namespace {

constexpr std::array<std::string_view, 33> registers = {"x0",  "x1",  "x2",  "x3",  "x4",  "x5",    "x6",  "x7",  "x8",
                                                        "x9",  "x10", "x11", "x12", "x13", "x14",   "x15", "x16", "x17",
                                                        "x18", "x19", "x20", "x21", "x22", "x23",   "x24", "x25", "x26",
                                                        "x27", "x28", "x29", "sp",  "lr",  "pstate"};

// "ESR = 0x0000000096000046"; "ESR: 0x0000000096000047 -- DABT (current EL)" on a bad stack
bool esr(Scanner rest, ReportBuilder& d) {
  std::string_view value;
  rest.blanks();
  if (rest.lit("0x") && rest.run(is_hex, value)) d.report.fault.esr = "0x" + std::string(value);
  return detail_line(rest, d);
}

bool far(Scanner rest, ReportBuilder& d) {
  std::uint64_t address = 0;
  if (rest.blanks().hex0x(address)) d.set_fault_address(address);
  return detail_line(rest, d);
}

// "[0000000000000010] pgd=080000004812a003, ...", "[ffff...] user address but active_mm is swapper"
bool page_table(Scanner rest, ReportBuilder& d) {
  std::string_view address;
  if (!rest.run(is_hex, address) || address.size() < 8 || !rest.lit("] ")) return false;
  if (!rest.lit("pgd=") && !rest.lit("*pgd=") && !rest.lit("user address") && !rest.lit("address between"))
    return false;
  return detail_line(rest, d);
}

// "pc : foo+0x60/0xe0 [mod]"
// "pc : [<ffff...>] lr : [<ffff...>] pstate: 60000145"      to v4.x, behind "PC is at foo+0x60/0xe0"
bool pc(Scanner rest, ReportBuilder& d) {
  if (rest.rest().find(" psr: ") != std::string_view::npos) return false;  // 32-bit ARM's
  if (!bracketed_pc_line(d, "pstate", 64)) return pc_line(rest, d);
  d.block.pc = true;
  return true;
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::detail, "Mem abort info:", detail_line},
    {SectionId::detail, "ESR = ", esr},
    {SectionId::detail, "ESR: ", esr},
    {SectionId::detail, "FAR: ", far},
    {SectionId::detail, "EC = ", detail_line},
    {SectionId::detail, "Exception class = ", detail_line},
    {SectionId::detail, "SET = ", detail_line},
    {SectionId::detail, "EA = ", detail_line},
    {SectionId::detail, "FSC = ", detail_line},
    {SectionId::detail, "Data abort info:", detail_line},
    {SectionId::detail, "ISV = ", detail_line},
    {SectionId::detail, "CM = ", detail_line},
    {SectionId::detail, "GCS = ", detail_line},
    {SectionId::detail, "Access size = ", detail_line},
    {SectionId::detail, "SSE = ", detail_line},
    {SectionId::detail, "SF = ", detail_line},
    {SectionId::detail, "swapper pgtable: ", detail_line},
    {SectionId::detail, "user pgtable: ", detail_line},
    {SectionId::detail, "Task stack: ", detail_line},
    {SectionId::detail, "IRQ stack: ", detail_line},
    {SectionId::detail, "Overflow stack: ", detail_line},
    {SectionId::detail, "[", page_table, 0, LineTrait::shared},
    {SectionId::pc, "PC is at ", pc_line, 0, LineTrait::shared},
    {SectionId::pc, "LR is at ", link_line, 0, LineTrait::shared},
    {SectionId::registers, "pstate: ", register_line, 0},
    {SectionId::pc, "pc : ", pc, 0, LineTrait::shared},
    {SectionId::pc, "lr : ", link_line, 0, LineTrait::shared},
    {SectionId::registers, "sp : ", register_line, 1, LineTrait::shared},
    {SectionId::registers, "pmr_save: ", register_line, 2},
    {SectionId::registers, "x29: ", register_line, 3},
    {SectionId::registers, "x28: ", register_line, 4},
    {SectionId::registers, "x27: ", register_line, 4},
    {SectionId::registers, "x26: ", register_line, 5},
    {SectionId::registers, "x25: ", register_line, 5},
    {SectionId::registers, "x24: ", register_line, 6},
    {SectionId::registers, "x23: ", register_line, 6},
    {SectionId::registers, "x22: ", register_line, 7},
    {SectionId::registers, "x21: ", register_line, 7},
    {SectionId::registers, "x20: ", register_line, 8},
    {SectionId::registers, "x19: ", register_line, 8},
    {SectionId::registers, "x18: ", register_line, 9},
    {SectionId::registers, "x17: ", register_line, 9},
    {SectionId::registers, "x16: ", register_line, 10},
    {SectionId::registers, "x15: ", register_line, 10},
    {SectionId::registers, "x14: ", register_line, 11},
    {SectionId::registers, "x13: ", register_line, 11},
    {SectionId::registers, "x12: ", register_line, 12},
    {SectionId::registers, "x11: ", register_line, 12},
    {SectionId::registers, "x10: ", register_line, 13},
    {SectionId::registers, "x9 : ", register_line, 13},
    {SectionId::registers, "x8 : ", register_line, 14},
    {SectionId::registers, "x7 : ", register_line, 14},
    {SectionId::registers, "x6 : ", register_line, 15},
    {SectionId::registers, "x5 : ", register_line, 15},
    {SectionId::registers, "x4 : ", register_line, 16},
    {SectionId::registers, "x3 : ", register_line, 16},
    {SectionId::registers, "x2 : ", register_line, 17},
    {SectionId::registers, "x1 : ", register_line, 17},
    {SectionId::registers, "x0 : ", register_line, 18},
});

struct Status {
  std::uint64_t number;
  std::string_view words;
};
std::string_view words_of(std::span<const Status> codes, std::uint64_t number) {
  const auto at = std::ranges::find(codes, number, &Status::number);
  return at == codes.end() ? std::string_view() : at->words;
}

// ESR_ELx.EC of exceptions that kernels die of (Arm ARM D17.2.37; v6.1 arch/arm64/include/asm/esr.h).
constexpr auto exception_classes = std::to_array<Status>({
    {0x07, "floating point or SIMD is not allowed here"},
    {0x0d, "branch target exception (BTI): a jump to where none may land"},
    {0x0e, "illegal execution state"},
    {0x1c, "pointer authentication failed (FPAC): a return address or a pointer was changed"},
    {0x22, "the pc is not aligned"},
    {0x26, "the stack pointer is not aligned"},
});
// The status code of data and instruction aborts (arch/arm64/mm/fault.c fault_info).
constexpr auto abort_codes = std::to_array<Status>({
    {0x10, "synchronous external abort"},
    {0x11, "tag check fault"},
    {0x14, "external abort while the page tables were walked, level 0"},
    {0x15, "external abort while the page tables were walked, level 1"},
    {0x16, "external abort while the page tables were walked, level 2"},
    {0x17, "external abort while the page tables were walked, level 3"},
    {0x18, "parity or ECC error of memory or a cache"},
    {0x1c, "parity or ECC error while the page tables were walked, level 0"},
    {0x1d, "parity or ECC error while the page tables were walked, level 1"},
    {0x1e, "parity or ECC error while the page tables were walked, level 2"},
    {0x1f, "parity or ECC error while the page tables were walked, level 3"},
    {0x21, "alignment fault"},
    {0x30, "TLB conflict: two entries for one address"},
    {0x31, "atomic update of a page table entry is not supported there"},
    {0x34, "lockdown abort"},
    {0x35, "exclusive access is not supported there"},
});
// AET of an SError (ESR_ELx_AET_*): how much of the CPU's state is still good.
constexpr auto error_types = std::to_array<Status>({
    {0, "uncontainable: bad data may have spread anywhere"},
    {1, "unrecoverable: what ran can't go on"},
    {2, "restartable: what ran could go on"},
    {3, "recoverable: what ran could go on once the error is handled"},
    {6, "corrected"},
});

// ISS.IDS (bit 24): the rest is the maker's. Else DFSC 0x11 says that AET (bits 12:10) is valid.
void decode_serror(std::uint64_t esr, Fault& fault) {
  if (esr & 1u << 24) {
    fault.error_bits.emplace_back("SError with a syndrome that only the CPU's maker knows");
    return;
  }
  constexpr std::uint64_t asynchronous = 0x11;
  const auto words = words_of(error_types, esr >> 10 & 7);
  if ((esr & 0x3f) == asynchronous && !words.empty())
    fault.error_bits.push_back("SError, " + std::string(words));
  else
    fault.error_bits.emplace_back("SError without a syndrome");
}

// ESR_ELx (arch/arm64/include/asm/esr.h): exception class in bits 31:26, for data aborts WnR in bit 6, the status code
// in 5:0. "Internal error: synchronous external abort: 96000010 [#1]" has it at the end.
void decode(Report& report) {
  auto& fault = report.fault;
  std::uint64_t value = 0;
  if (!Scanner(fault.esr).hex0x(value) && !(fault.error_code.size() >= 8 && Scanner(fault.error_code).hex(value)))
    return;
  const auto exception_class = (value >> 26) & 0x3f;
  const bool data = exception_class == 0x24 || exception_class == 0x25,
             fetch = exception_class == 0x20 || exception_class == 0x21;
  if (exception_class == 0x2f) return decode_serror(value, fault);
  if (const auto words = words_of(exception_classes, exception_class); !words.empty())
    fault.error_bits.emplace_back(words);
  if (!data && !fetch) return;
  fault.access = fetch ? Access::execute : value & 0x40 ? Access::write : Access::read;
  fault.error_bits.emplace_back(access_id(fault.access));
  static constexpr std::array<std::string_view, 4> kinds = {"address size fault", "translation fault: page not present",
                                                            "access flag fault", "permission fault"};
  const auto status = value & 0x3f;
  if (status < 16)
    fault.error_bits.push_back(std::string(kinds[status >> 2]) + ", level " + std::to_string(status & 3));
  else if (const auto words = words_of(abort_codes, status); !words.empty())
    fault.error_bits.emplace_back(words);
}

// Documentation/arm64/memory.rst, 48 bits
// I/O ports of PCI: asm/memory.h PCI_IO_START by the kernel's age (48 bits of address): to v5.10, to v6.8.
constexpr AddressRange ranges[] = {
    {0x0, 0x0000ffffffffffff, AddressClass::user, "a user-space address"},
    {0xfffffdfffec00000, 0xfffffdffffbfffff, AddressClass::kernel, "in the area of I/O ports"},
    {0xfffffbfffe800000, 0xfffffbffff7fffff, AddressClass::kernel, "in the area of I/O ports"},
    {0xfff0000000000000, 0xffffffffffffffff, AddressClass::kernel, "a kernel address"},
    {0x0001000000000000, 0xffefffffffffffff, AddressClass::non_canonical, "neither a user nor a kernel address"},
};
// CONFIG_KASAN_SHADOW_OFFSET by size of the address space and mode (v6.1 arch/arm64/Kconfig; the ...a000... and
// ...2000... values to v5.10). Software tags have one byte for 16.
constexpr KasanShadow shadows[] = {
    {0xdfff800000000000, 3}, {0xdfffc00000000000, 3}, {0xdffffe0000000000, 3}, {0xdfffffc000000000, 3},
    {0xdfffa00000000000, 3}, {0xdfffd00000000000, 3}, {0xdfff200000000000, 3}, {0xefff800000000000, 4},
    {0xefffc00000000000, 4}, {0xeffffe0000000000, 4}, {0xefffa00000000000, 4}, {0xefff900000000000, 4},
};
// asm/ptrace.h: with pseudo-NMIs the priority mask, GIC_PRIO_IRQON or GIC_PRIO_IRQOFF; PSR_I_BIT
constexpr InterruptBits interrupt_bits[] = {{"pmr_save", 1 << 7, true, "IRQON"}, {"pstate", 1 << 7, false, "I"}};
constexpr std::string_view control_registers[] = {"pstate", "esr"};
constexpr PcWords pc_words[] = {
    {"pc :", PcKind::exact},
    {"PC is at", PcKind::exact},  // to v4.x
    {"lr :", PcKind::return_address},
    {"LR is at", PcKind::return_address},
};
// arch/arm64/kernel/{entry.S,entry-common.c,syscall.c,head.S}, arch/arm64/mm/fault.c, drivers/cpuidle/cpuidle-psci.c
constexpr EntryCode entry_code{
    .exception =
        "el1_* el1h_64_* el1t_64_* do_mem_abort* do_translation_fault* do_permission_fault* __do_kernel_fault* "
        "do_bad_area* do_debug_exception brk_handler* call_break_hook call_el1_break_hook do_el1_* arm64_notify_die "
        "arm64_force_sig_fault do_alignment_fault* do_tag_check_fault* do_sea* do_serror arm64_serror_panic "
        "die_kernel_fault* __bad_stack handle_bad_stack panic_bad_stack __panic_unhandled bad_mode",
    .interrupt =
        "call_on_irq_stack do_interrupt_handler el1_interrupt el1_irq el0_irq* el0_interrupt el1h_64_irq* "
        "el0t_64_irq*",
    .system_call = "invoke_syscall* el0_svc* do_el0_svc*",
    .around_calls = "el0t_64_sync* el0t_32_sync* el0_sync*",
    .idle = "psci_enter_idle_state cpu_do_idle secondary_start_kernel __secondary_switched",
    .boot = "__primary_switched",
};
constexpr EntryStep entry_steps[] = {
    {"invoke_syscall", EntryWay::system_call, 1},
    {"el0_svc_common", EntryWay::system_call, 2},
    {"do_el0_svc", EntryWay::system_call, 3},
    {"el0_svc_handler", EntryWay::system_call, 3},
    {"el0_svc", EntryWay::system_call, 4},
    {"el0_sync_handler", EntryWay::system_call, 5},
    {"el0t_64_sync_handler", EntryWay::system_call, 5},
    {"el0_svc_naked", EntryWay::system_call, 6, true},
    {"el0_sync", EntryWay::system_call, 6, true},
    {"el0t_64_sync", EntryWay::system_call, 6, true},
};
constexpr std::string_view call_prefixes[] = {"__arm64_"};
constexpr RelocationRule relocations[] = {{R_AARCH64_ABS64, 8}, {R_AARCH64_ABS32, 4}};

// asm/memory.h kimage_voffset, asm/pgtable-hwdef.h PTE_VALID, PMD_TYPE_SECT
constexpr PageTables page_tables{
    .machine = "aarch64",
    .image = {.base = 0, .offset = "kimage_voffset", .subtract = true},
    .address_bits = "VA_BITS",
    .one_more_level = {},
    .present = 1,
    .address = 0x0000fffffffff000,
    .large_mask = 2,
    .large = 0,
    .cipher_mask = {},
};

}  // namespace

extern constinit const Arch arm64;
constinit const Arch arm64{
    .info = {.id = "arm64",
             .elf_machine = EM_AARCH64,
             .bits = 64,
             .pc = "pc",
             .sp = "sp",
             .fault_address = "FAR",
             .registers = registers,
             .control_registers = control_registers,
             .pc_words = pc_words,
             .ranges = ranges,
             .kasan_shadows = shadows,
             .entry_code = entry_code,
             .system_call_prefixes = call_prefixes},
    .sections = sections,
    .decode_fault = decode,
    .fault_address_mask = ~std::uint64_t{0} >> 8,  // FAR without its tag: arch/arm64/mm/fault.c, untagged_addr()
    .entry_steps = entry_steps,
    // asm/pgtable-hwdef.h: valid, AP[2] read-only; not PXN
    .page_entry = {.code_set = 1 << 7 | 1, .code_clear = 1ULL << 53},
    .page_tables = &page_tables,
    .interrupt_bits = interrupt_bits,
    .relocations = relocations,
    .isa = &machine::arm64_isa,
};

}  // namespace unoops::arch
