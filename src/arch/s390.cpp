// s390x: v6.1 arch/s390/kernel/dumpstack.c show_registers, arch/s390/kernel/dis.c show_code, arch/s390/mm/fault.c
// dump_fault_info.
#include <elf.h>

#include <algorithm>
#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "facts/addresses.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/symbol_ref.hpp"
#include "machine/isa.hpp"
#include "report/questions.hpp"

namespace unoops::arch {
namespace {

constexpr std::array<std::string_view, 16> registers = {"r00", "r01", "r02", "r03", "r04", "r05", "r06", "r07",
                                                        "r08", "r09", "r10", "r11", "r12", "r13", "r14", "r15"};

// "Failing address: 0000000000000000 TEID: 0000000000000483": rounded down to its page
bool failing(Scanner rest, ReportBuilder& d) {
  std::uint64_t address = 0;
  if (rest.hex(address)) d.set_fault_address(address);
  // The access: arch/s390/mm/fault.c store_indication, where the machine tells it.
  if (const auto teid = value_behind(d.line->text, "TEID: "); teid && (*teid & 0xc00) == 0x400)
    d.report.fault.access = Access::write;
  else if (teid && (*teid & 0xc00) == 0x800)
    d.report.fault.access = Access::read;
  return detail_line(rest, d);
}

// "Krnl PSW : 0704e00180000000 000003ff7fe32654 (kf_bug+0x1c/0x20 [kfault])"
// "Krnl PSW : 0704e00180000000 000003ff7fe32654 (foo+0x1/0x2) ..."               with words behind it
bool psw(Scanner rest, ReportBuilder& d) {
  d.block.pc = true;
  d.block.user = false;
  d.block.register_order = -1;
  std::string_view mask;
  std::uint64_t bits = 0;
  if (Scanner words = rest;
      words.run(is_hex, mask) && words.lit(" ") && mask.size() == 16 && is_hex(words.peek()) && Scanner(mask).hex(bits))
    d.add_register("psw.mask", bits, 64);
  if (read_pc(rest.rest(), d, "pc")) return true;
  const auto open = rest.rest().find("(0x");  // no function stands there
  return open == std::string_view::npos ? !trim(rest.rest()).empty() : read_pc(rest.rest().substr(open + 1), d, "pc");
}

bool user_psw(Scanner, ReportBuilder& d) {
  d.block.user = true;
  d.block.register_order = -1;
  return true;
}

bool gprs(Scanner rest, ReportBuilder& d) { return read_register_row(rest.rest(), d, "r", 0); }

// After a call of NULL r14 still holds the return address, and no line tells its function.
void take_link(ReportBuilder& d) {
  const auto* pc = own_pc(d.report);
  const auto* r14 = d.report.reg("r14");
  const bool null = pc && pc->ref.symbol.empty() && pc->ref.address && *pc->ref.address < limits::near_null;
  if (!null) return;
  d.report.fault.access = Access::execute;
  if (!r14 || link_frame(d.report)) return;
  SymbolRef ref;
  ref.address = r14->value;
  ref.pc = PcKind::return_address;
  d.add_pc(frame_of(std::move(ref)), "lr");
}

// The rows behind it: four words, nothing else.
bool gpr_row(Scanner, ReportBuilder& d) {
  if (d.last != SectionId::registers) return false;
  const auto& file = d.block.user ? d.report.user_registers : d.report.registers;
  const auto count = [&] {
    return static_cast<std::size_t>(
        std::ranges::count_if(file, [](const Register& reg) { return reg.name.starts_with('r'); }));
  };
  if (count() % 4 != 0 || !read_register_row(trim(d.line->text), d, "r", static_cast<int>(count()))) return false;
  if (d.is_own() && !d.block.user && count() == registers.size()) take_link(d);
  return true;
}

// "Krnl Code: 000003ff7fe3264a: a7290000		lghi	%r2,0"; '#' before the last instruction, '>' at the PSW
bool code_row(Scanner rest, ReportBuilder& d) {
  auto& code = d.report.code;
  rest.blanks();
  const bool marked = rest.peek() == '>';
  if (marked || rest.peek() == '#') rest.lit(marked ? ">" : "#");
  std::string_view address, bytes;
  if (!rest.run(is_hex, address) || address.size() < 8 || !rest.lit(": ") || !rest.run(is_hex, bytes) ||
      bytes.size() % 2)
    return false;
  if (!d.is_own() || d.block.user) return true;
  if (marked) code.fault_offset = code.bytes.size();
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    unsigned byte = 0;
    Scanner(bytes.substr(i, 2)).hex(byte);
    code.bytes.push_back(static_cast<std::uint8_t>(byte));
  }
  return true;
}

bool code(Scanner rest, ReportBuilder& d) {
  d.block.code = true;
  if (!d.block.user && d.is_own()) d.report.code = {};
  if (code_row(rest, d)) return true;
  d.report.code.problem = trim(rest.rest());
  return true;
}

bool more_code(Scanner, ReportBuilder& d) { return d.last == SectionId::code && code_row(Scanner(d.line->text), d); }

bool breaking_event(Scanner, ReportBuilder& d) {
  d.open_stack("Last Breaking-Event-Address");
  return true;
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::detail, "Failing address: ", failing},
    {SectionId::detail, "Fault in ", detail_line},
    {SectionId::detail, "AS:", detail_line},
    {SectionId::pc, "Krnl PSW : ", psw},
    {SectionId::pc, "User PSW : ", user_psw},
    {SectionId::registers, "R:", nullptr, 0},
    {SectionId::registers, "Krnl GPRS: ", gprs, 1},
    {SectionId::registers, "User GPRS: ", gprs, 1},
    {SectionId::code, "Krnl Code: ", code},
    {SectionId::code, "Krnl Code:", code},
    {SectionId::code, "User Code: ", code},
    {SectionId::code, "#", more_code, 1},
    {SectionId::code, ">", more_code, 1},
    {SectionId::stack_label, "Last Breaking-Event-Address:", breaking_event},
    {SectionId::registers, "", gpr_row, 2},
    {SectionId::code, "", more_code, 1},
});

// "Oops: 0004 ilc:3 [#1]" (arch/s390/kernel/dumpstack.c, die()). The PSW stands on the instruction where that was
// nullified (page and region translation) or the kernel rewound it (protection: arch/s390/mm/fault.c), behind it
// elsewhere: BUG and WARN (monitor event 0040), division, illegal operation. Then the byte before it lies in the
// instruction.
PcKind psw_of(unsigned code) {
  code &= 0x7f;
  const bool on_it = code == 0x04 || code == 0x10 || code == 0x11 || (code >= 0x38 && code <= 0x3f);
  return on_it ? PcKind::exact : PcKind::return_address;
}

std::optional<PcKind> announced_psw(std::string_view line) {
  const auto ilc = line.find(" ilc:");
  if (ilc == std::string_view::npos || ilc < 4)
    return line.find("WARNING: ") != std::string_view::npos ? std::optional(PcKind::return_address) : std::nullopt;
  unsigned code = 0;
  if (!Scanner(line.substr(ilc - 4, 4)).hex_n(4, code)) return std::nullopt;
  return psw_of(code);
}

// The report's own PSW; any other, such as that of a CPU that a stall interrupted, stands on the next instruction.
void settle_psw(Report& report) {
  unsigned code = 0;
  const auto kind =
      Scanner(report.fault.error_code).hex_n(4, code) ? std::optional(psw_of(code)) : announced_psw(report.headline);
  const auto own =
      std::ranges::find_if(report.stacks, [](const Stack& s) { return s.role == StackRole::pc && is_own(s); });
  if (kind && own != report.stacks.end() && !own->frames.empty() && !own->frames[0].ref.symbol.empty())
    own->frames[0].ref.pc = *kind;
}

// Program interruption codes (z/Architecture Principles of Operation, "Program-Interruption Conditions";
// arch/s390/kernel/pgm_check.S). 0x80 beside another: single-stepping saw it, too; 0x200: in a transaction.
void decode(Report& report) {
  struct Row {
    unsigned code;
    std::string_view words;
  };
  static constexpr auto rows = std::to_array<Row>({{0x01, "operation: no such instruction"},
                                                   {0x02, "privileged operation"},
                                                   {0x03, "execute"},
                                                   {0x04, "protection: the page does not allow the access"},
                                                   {0x05, "addressing: no such memory"},
                                                   {0x06, "specification: a wrong operand or odd address"},
                                                   {0x07, "data"},
                                                   {0x08, "fixed-point overflow"},
                                                   {0x09, "fixed-point divide"},
                                                   {0x0a, "decimal overflow"},
                                                   {0x0b, "decimal divide"},
                                                   {0x10, "segment translation: nothing is mapped there"},
                                                   {0x11, "page translation: page not present"},
                                                   {0x12, "translation specification: a page table is damaged"},
                                                   {0x13, "special operation"},
                                                   {0x15, "operand"},
                                                   {0x18, "transaction constraint"},
                                                   {0x1c, "space switch"},
                                                   {0x38, "ASCE type: the address is outside of the address space"},
                                                   {0x39, "region first translation: nothing is mapped there"},
                                                   {0x3a, "region second translation: nothing is mapped there"},
                                                   {0x3b, "region third translation: nothing is mapped there"},
                                                   {0x3d, "secure storage access"},
                                                   {0x3e, "non-secure storage access"},
                                                   {0x3f, "secure storage violation"}});
  settle_psw(report);
  auto& fault = report.fault;
  unsigned code = 0;
  if (!Scanner(fault.error_code).hex_n(4, code)) return;
  const auto at = std::ranges::find(rows, code & 0x7f, &Row::code);
  if (at == rows.end()) return;
  if (fault.access == Access::read || fault.access == Access::write)
    fault.error_bits.emplace_back(access_id(fault.access));
  fault.error_bits.emplace_back(at->words);
}

constexpr InterruptBits interrupt_bits[] = {
    {"psw.mask", 3ULL << 56, true, "IO or EX"}};  // asm/ptrace.h PSW_MASK_IO, PSW_MASK_EXT
constexpr std::string_view control_registers[] = {"PSW", "psw.mask"};
constexpr PcWords pc_words[] = {
    {"PSW :", PcKind::exact}, {"Last Breaking-Event-Address:", PcKind::exact, true},  // of the branch itself
};
// arch/s390/kernel/{entry.S,idle.c,irq.c,smp.c,syscall.c,traps.c,head64.S}, arch/s390/mm/fault.c
constexpr EntryCode entry_code{
    .exception =
        "do_protection_exception do_dat_exception do_exception handle_fault_error* do_no_context* do_fault_error* "
        "pgm_check_handler __do_pgm_check pgm_check_* monitor_event_exception",
    .interrupt = "ext_int_handler do_ext_irq io_int_handler do_io_irq call_on_stack",
    .system_call = "system_call* __do_syscall*",
    .idle = "psw_idle* smp_start_secondary enabled_wait",
    .thread = "kernel_thread_starter",
    .boot = "startup_continue",
};
constexpr EntryStep entry_steps[] = {
    {"__do_syscall", EntryWay::system_call, 1},
    {"system_call", EntryWay::system_call, 2, true},
};
constexpr std::string_view call_prefixes[] = {"__s390x_", "__s390_"};
constexpr RelocationRule relocations[] = {{R_390_64, 8}, {R_390_32, 4}};

}  // namespace

extern constinit const Arch s390;
constinit const Arch s390{
    .info = {.id = "s390x",
             .elf_machine = EM_S390,
             .bits = 64,
             .big_endian = true,
             .pc = "PSW",
             .sp = "r15",
             .fault_address = "TEID",
             .registers = registers,
             .varying_instructions = true,
             .control_registers = control_registers,
             .pc_words = pc_words,
             .announced_pc = announced_psw,
             .ranges = upper_half,
             .low_kernel = true,
             .entry_code = entry_code,
             .system_call_prefixes = call_prefixes},
    .sections = sections,
    .decode_fault = decode,
    .fault_address_mask = ~std::uint64_t{0xfff},  // the page alone: arch/s390/mm/fault.c, get_fault_address()
    .entry_steps = entry_steps,
    .interrupt_bits = interrupt_bits,
    .relocations = relocations,
    .isa = &machine::s390_isa,
};

}  // namespace unoops::arch
