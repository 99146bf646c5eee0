// x86 machine checks: v6.1 arch/x86/kernel/cpu/mce/core.c __print_mce, print_mce, mce_panic; drivers/edac/mce_amd.c.
//   mce: [Hardware Error]: CPU 0: Machine Check Exception: 5 Bank 1: be00000000000005
//   mce: [Hardware Error]: RIP !INEXACT! 10:<ffffffff87ce5fff> {pv_native_safe_halt+0xf/0x20}
//   mce: [Hardware Error]: TSC 2b46813b1 ADDR 1234000 MISC 8c
#include <array>

#include "base/text.hpp"
#include "grammar/symbol_ref.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/sentence.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

struct Bit {
  int number;
  std::string_view word;
};
// IA32_MCi_STATUS; 56 and 55 as Intel has them.
constexpr auto status_bits = std::to_array<Bit>({{63, "valid"},
                                                 {62, "overflow"},
                                                 {61, "uncorrected"},
                                                 {60, "enabled"},
                                                 {59, "misc valid"},
                                                 {58, "address valid"},
                                                 {57, "processor context corrupt"},
                                                 {56, "signalled"},
                                                 {55, "action required"}});
constexpr std::uint64_t uncorrected = 1ull << 61;

// The architectural codes of the low 16 bits (Intel SDM volume 3, 15.9).
std::string_view mca_code(unsigned code) {
  if (code == 0) return "no error";
  if (code == 1) return "unclassified";
  if (code == 2) return "microcode ROM parity";
  if (code == 3) return "external error";
  if (code == 4) return "functional redundancy check";
  if (code == 5) return "internal parity";
  if (code == 6) return "SMM code access";
  if (code == 0x400) return "internal timer";
  if ((code & 0xfc00) == 0x0400) return "internal error";
  if ((code & 0xeff0) == 0x0010) return "TLB error";
  if ((code & 0xef80) == 0x0080) return "memory controller error";
  if ((code & 0xef00) == 0x0100) return "cache error";
  if ((code & 0xe800) == 0x0800) return "bus or interconnect error";
  return {};
}

void name_bits(std::uint64_t status, ReportBuilder& d) {
  std::string words;
  for (const auto& bit : status_bits)
    if (status >> bit.number & 1) words += (words.empty() ? "" : ", ") + std::string(bit.word);
  d.report.set_fact(fact::status_bits, words);
}

void decode_status(std::uint64_t status, ReportBuilder& d) {
  name_bits(status, d);
  const auto code = mca_code(static_cast<unsigned>(status & 0xffff));
  if (!code.empty()) d.report.set_fact(fact::error_code, code);
  if (status & uncorrected) d.report.set_fact(fact::uncorrected, "yes");
}

// One event is told by several banks and CPUs:
// "CPU 0: Machine Check Exception: 5 Bank 1: be00000000000005"
// "CPU 0: Machine Check: 0 Bank 8: ..."                             of what was polled
bool bank(std::string_view before, Scanner rest, ReportBuilder& d) {
  const auto at = before.rfind("CPU ");
  if (at == std::string_view::npos) return false;
  const auto prefix = trim(before.substr(0, at));
  if (!prefix.empty() && !prefix.ends_with("[Hardware Error]:")) return false;
  int cpu = 0, number = 0;
  std::uint64_t global = 0, status = 0;
  Scanner number_of_cpu(before.substr(at + 4));
  if (!number_of_cpu.dec(cpu) || !number_of_cpu.at_end()) return false;
  rest.lit(" Exception");
  if (!rest.lit(":") || !rest.blanks().hex(global) || !rest.lit(" Bank ") || !rest.dec(number) || !rest.lit(": "))
    return false;
  const auto digits = rest.rest();
  if (!rest.hex(status)) return false;
  if (!d.report.cpu) d.report.cpu = cpu;
  if (d.report.fact(fact::bank).empty()) {
    d.report.set_fact(fact::bank, std::to_string(number));
    d.report.set_fact(fact::status, digits.substr(0, digits.size() - rest.rest().size()));
  }
  decode_status(status, d);
  if (!d.report.raw.empty()) d.add_message(line_text(d));
  return true;
}

// mce_amd.c:
// "[Hardware Error]: Corrected error, no action required."
// "[Hardware Error]: Uncorrected, software restartable error."
bool amd_severity(std::string_view before, Scanner, ReportBuilder& d) {
  return before.find("[Hardware Error]") != std::string_view::npos &&
         (d.report.raw.empty() || keep_line(Scanner({}), d));
}
bool amd_uncorrected(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!amd_severity(before, rest, d)) return false;
  d.report.set_fact(fact::uncorrected, "yes");
  return true;
}

// v6.1 drivers/edac/mce_amd.c amd_decode_mce:
// "CPU:2 (17:71:0) MC18_STATUS[Over|CE|MiscV|AddrV|-|-|SyndV|CECC|-|-|-]: 0xdc2040000000011b"
// "Unified Memory Controller Ext. Error Code: 0, DRAM ECC error."
void amd_status(Scanner s, ReportBuilder& d) {
  if (Scanner words = s; words.skip_to(" Ext. Error Code: ") && words.skip_to(", "))
    d.report.set_fact(fact::detail, trim(words.rest().substr(0, words.rest().rfind('.'))));
  int cpu = 0, bank = 0;
  if (!s.lit("CPU:") || !s.dec(cpu) || !s.skip_to(" MC") || !s.dec(bank) || !s.lit("_STATUS[")) return;
  if (!d.report.cpu) d.report.cpu = cpu;
  d.report.set_fact(fact::bank, std::to_string(bank));
  std::uint64_t status = 0;
  if (!s.skip_to("]: 0x")) return;
  const auto digits = s.rest();
  if (!s.hex(status)) return;
  d.report.set_fact(fact::status, digits.substr(0, digits.size() - s.rest().size()));
  name_bits(status, d);
}

// Behind "mce: [Hardware Error]: ", with or without the "mce: "
bool record(std::string_view text, ReportBuilder& d) {
  const auto at = text.find("[Hardware Error]: ");
  if (at == std::string_view::npos || text.find('{') < at) return false;  // {1}[Hardware Error]: is GHES's
  Scanner s(text.substr(at + 18));
  if (Scanner rip = s; rip.lit("RIP ")) take_ref(rip, d, "pc");
  if (Scanner address = s; address.skip_to("ADDR ")) {
    std::uint64_t value = 0;
    if (address.hex(value)) d.set_fault_address(value);
  }
  if (Scanner check = s; check.lit("Machine check: ")) d.report.set_fact(fact::severity_text, trim(check.rest()));
  if (Scanner processor = s; processor.lit("PROCESSOR ")) fact_until(processor, "", d, fact::processor);
  if (Scanner micro = s; micro.skip_to("microcode ")) fact_until(micro, "", d, fact::microcode);
  amd_status(s, d);
  return keep_line(s, d);
}

constexpr auto headers = std::to_array<Header>({
    {": Machine Check", bank, Header::Use::joins},
    {"Corrected error, no action required.", amd_severity, Header::Use::joins},
    {"Deferred error, no action required.", amd_severity, Header::Use::joins},
    {"Uncorrected, software ", amd_uncorrected, Header::Use::joins},
    {"System Fatal error.", amd_uncorrected, Header::Use::joins},
});

bool is_corrected(const Report& report) { return report.fact(fact::uncorrected).empty(); }

std::string title(const Report& report, std::string_view) {
  const auto code = report.fact(fact::error_code);
  const bool corrected = is_corrected(report);
  return std::string(corrected ? "corrected machine check" : "machine check") +
         (code.empty() ? "" : ": " + std::string(code));
}

bool bit(const Report& r, std::string_view word) {
  return r.fact(fact::status_bits).find(word) != std::string_view::npos;
}

void what_broke(const Report& r, Explanation& e, std::string_view id) {
  if (const auto bits = r.fact(fact::status_bits); !bits.empty())
    add_finding(e, id, fill("[bank {bank}, ][status {status}: ]{status-bits}", r));
  if (bit(r, "overflow")) add_finding(e, id, "there were more errors than the bank could keep");
  const bool corrected = is_corrected(r);
  if (!corrected && bit(r, "processor context corrupt"))
    add_step(e, "no software does this: replace the hardware (CPU or board; memory where the error code says so)");
  else if (!corrected && r.fact(fact::error_code) == "memory controller error")
    add_step(e, "memory is failing: find the module by EDAC or rasdaemon and replace it");
  else if (corrected)
    add_step(e, "one corrected error is harmless; if they become frequent, rasdaemon shows where");
}

constexpr auto rules = std::to_array<Rule>({{.id = "machine-check", .apply = what_broke, .after_traces = true}});

}  // namespace

extern constinit const Kind machine_check{
    .info = {"machine-check", "machine check", Severity::error},
    .headers = headers,
    .line = record,
    .title_of = title,
    .sentence =
        "the CPU reports a hardware error that it could not correct[: {error-code}][: {detail}][ (bank {bank})]",
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
};

extern constinit const Kind machine_check_corrected{
    .info = {"machine-check-corrected", "corrected machine check", Severity::notice},
    .title_of = title,
    .sentence = "the CPU corrected a hardware error[: {error-code}][: {detail}][ (bank {bank})]",
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .refines = &machine_check,
    .claims = is_corrected,
};

}  // namespace unoops::kinds
