// x86 machine checks: v6.1 arch/x86/kernel/cpu/mce/core.c __print_mce, print_mce, mce_panic; drivers/edac/mce_amd.c.
//   mce: [Hardware Error]: CPU 0: Machine Check Exception: 5 Bank 1: be00000000000005
//   mce: [Hardware Error]: RIP !INEXACT! 10:<ffffffff87ce5fff> {pv_native_safe_halt+0xf/0x20}
//   mce: [Hardware Error]: TSC 2b46813b1 ADDR 1234000 MISC 8c
#include <array>

#include "base/text.hpp"
#include "grammar/symbol_ref.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/sentence.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

struct Bit {
  int number;
  std::string_view word, amd;
};
// IA32_MCi_STATUS (Intel SDM volume 3, 15.3.2.2), and what AMD has there (arch/x86/include/asm/mce.h).
constexpr auto status_bits = std::to_array<Bit>({{63, "valid", "valid"},
                                                 {62, "overflow", "overflow"},
                                                 {61, "uncorrected", "uncorrected"},
                                                 {60, "enabled", "enabled"},
                                                 {59, "misc valid", "misc valid"},
                                                 {58, "address valid", "address valid"},
                                                 {57, "processor context corrupt", "processor context corrupt"},
                                                 {56, "signalled", ""},
                                                 {55, "action required", "task context corrupt"}});
constexpr std::uint64_t uncorrected = 1ull << 61;

// The first number behind "PROCESSOR " (v6.1 arch/x86/include/asm/processor.h X86_VENDOR_*).
enum class Vendor { unknown, intel, amd };
Vendor vendor_of(const Report& r) {
  const auto processor = r.fact(fact::processor);
  if (processor.starts_with("0:")) return Vendor::intel;
  return processor.starts_with("2:") || processor.starts_with("9:") ? Vendor::amd : Vendor::unknown;
}

std::uint64_t status_of(const Report& r) {
  std::uint64_t status = 0;
  Scanner(r.fact(fact::status)).hex(status);
  return status;
}

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

// Bits that the vendors use differently are named where the vendor is known.
void name_bits(std::uint64_t status, Vendor vendor, ReportBuilder& d) {
  std::string words;
  for (const auto& bit : status_bits) {
    const bool same = bit.word == bit.amd;
    const auto word = vendor == Vendor::amd ? bit.amd : same || vendor == Vendor::intel ? bit.word : "";
    if (status >> bit.number & 1 && !word.empty()) words += (words.empty() ? "" : ", ") + std::string(word);
  }
  d.report.set_fact(fact::status_bits, words);
}

void decode_status(std::uint64_t status, ReportBuilder& d) {
  name_bits(status, Vendor::unknown, d);
  const auto code = mca_code(static_cast<unsigned>(status & 0xffff));
  if (!code.empty()) d.report.set_fact(fact::error_code, code);
  if (status & uncorrected) d.report.set_fact(fact::uncorrected, "yes");
}

// "0:406e3": whose bits these are. Intel counts corrected errors in bits 52 to 38.
void processor(Scanner rest, ReportBuilder& d) {
  fact_until(rest, "", d, fact::processor);
  const auto vendor = vendor_of(d.report);
  const auto status = status_of(d.report);
  if (vendor == Vendor::unknown || !status) return;
  name_bits(status, vendor, d);
  const auto count = status >> 38 & 0x7fff;
  if (vendor == Vendor::intel && !(status & uncorrected) && count)
    d.report.set_fact(fact::count, std::to_string(count));
}

bool has_bank(const Report& r) { return !r.fact(fact::bank).empty() || !r.fact(fact::status).empty(); }

// What was found by looking, not by an exception: "Machine Check: 0 Bank 8: "; to v4.x also "Exception: 0 Bank 8: "
bool is_polled(std::string_view line) {
  return line.find("Machine Check: ") != std::string_view::npos ||
         line.find("Machine Check Exception: 0 Bank ") != std::string_view::npos;
}

// "CPU 0: Machine Check Exception: 5 Bank 1: be00000000000005"
// "CPU 0: Machine Check: 0 Bank 8: ..."                             of what was polled
// One exception is told by several banks and CPUs; what was polled is told for each CPU and bank by itself.
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
  const bool joins = !d.report.raw.empty();
  if (joins && has_bank(d.report) && (is_polled(d.line->text) || is_polled(d.report.headline))) return false;
  if (!d.report.cpu) d.report.cpu = cpu;
  if (d.report.fact(fact::bank).empty()) {
    d.report.set_fact(fact::bank, std::to_string(number));
    d.report.set_fact(fact::status, digits.substr(0, digits.size() - rest.rest().size()));
  }
  decode_status(status, d);
  if (joins) d.add_message(line_text(d));
  return true;
}

// v6.1 mce/core.c mce_notify_irq: "mce: [Hardware Error]: Machine check events logged", in front of the records or
// behind them; alone where a daemon takes them
bool logged(std::string_view before, Scanner, ReportBuilder& d) {
  if (!trim(before).empty() && !trim(before).ends_with(':')) return false;
  if (d.report.raw.empty()) return true;
  const bool soon = !d.last_time || !d.line->time_us || *d.line->time_us - *d.last_time < 1'000'000;
  return soon && keep_line(Scanner({}), d);
}

// mce_amd.c:
// "[Hardware Error]: Corrected error, no action required."
// "[Hardware Error]: Uncorrected, software restartable error."
bool amd_severity(std::string_view before, Scanner, ReportBuilder& d) {
  return before.find("[Hardware Error]") != std::string_view::npos &&
         (d.report.raw.empty() || (!has_bank(d.report) && keep_line(Scanner({}), d)));
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
  name_bits(status, Vendor::amd, d);
}

// The first look at the banks is done as the CPUs start, and is not stamped; the next comes minutes later (v6.1
// mce/core.c __mcheck_cpu_init_generic, mce_timer_fn).
bool is_first_look(Scanner s, const ReportBuilder& d) {
  static constexpr std::int64_t start_us = 10'000'000;
  return s.lit("TSC 0 ") && d.line->time_us && *d.line->time_us < start_us && !d.report.raw.empty() &&
         is_polled(d.report.raw.back());
}

// Behind "mce: [Hardware Error]: ", with or without the "mce: "; bare to v2.6.32
bool record(std::string_view text, ReportBuilder& d) {
  constexpr std::string_view mark = "[Hardware Error]: ";
  const auto at = text.find(mark);
  if (at != std::string_view::npos && text.find('{') < at) return false;  // {1}[Hardware Error]: is GHES's
  Scanner s(at == std::string_view::npos ? trim(text) : text.substr(at + mark.size()));
  if (at == std::string_view::npos && (d.report.raw.empty() || d.report.raw.back().find(mark) != std::string::npos ||
                                       !(Scanner(s).lit("TSC ") || Scanner(s).lit("PROCESSOR "))))
    return false;
  if (Scanner rip = s; rip.lit("RIP ")) take_ref(rip, d, "pc");
  if (Scanner address = s; address.skip_to("ADDR ")) {
    std::uint64_t value = 0;
    if (address.hex(value)) d.set_fault_address(value);
  }
  if (is_first_look(s, d)) d.report.set_fact(fact::previous_boot, "yes");
  if (Scanner check = s; check.lit("Machine check: ")) d.report.set_fact(fact::severity_text, trim(check.rest()));
  if (Scanner id = s; id.lit("PROCESSOR ")) processor(id, d);
  if (Scanner micro = s; micro.skip_to("microcode ")) fact_until(micro, "", d, fact::microcode);
  amd_status(s, d);
  return keep_line(s, d);
}

constexpr auto headers = std::to_array<Header>({
    {": Machine Check", bank, Header::Use::joins},
    {"Machine check events logged", logged, Header::Use::joins},
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

bool is_only_logged(const Report& r) {
  return !has_bank(r) && is_corrected(r) && r.headline.find("events logged") != std::string::npos;
}

bool bit(const Report& r, std::string_view word) {
  return r.fact(fact::status_bits).find(word) != std::string_view::npos;
}

std::string several_errors(const Report& r) {
  const auto count = r.fact(fact::count);
  return count.empty() || count == "1" ? std::string() : std::string(count) + " hardware errors";
}
constexpr auto gaps = std::to_array<Gap>({{"errors", several_errors}});

// Other CPUs and banks that told of the same exception.
void tell_others(const Report& r, Explanation& e, std::string_view id) {
  std::string text;
  for (const auto& message : r.messages) {
    Scanner s(message);
    std::string_view cpu, number;
    if (is_polled(message) || !s.skip_to("CPU ") || !s.until(": Machine Check", cpu) || !s.skip_to(" Bank ") ||
        !s.until(":", number))
      continue;
    text += (text.empty() ? "told also by CPU " : ", CPU ") + std::string(cpu) + " (bank " + std::string(number) + ")";
  }
  if (!text.empty()) add_certain(e, id, text, "their own lines");
}

void next_part(const Report& r, Explanation& e) {
  const bool left = !r.fact(fact::previous_boot).empty();
  if (!is_corrected(r)) {
    if (bit(r, "processor context corrupt"))
      add_step(e, "no software does this: replace the hardware (CPU or board; memory where the error code says so)");
    else if (r.fact(fact::error_code) == "memory controller error")
      add_step(e, "memory is failing: find the module by EDAC or rasdaemon and replace it");
  } else if (bit(r, "overflow") || !several_errors(r).empty()) {
    add_step(e,
             "if the errors go on, rasdaemon or the firmware's event log tell which part to replace before it fails");
  } else if (!left) {
    add_step(e, "a few corrected errors need no action; if they become frequent, rasdaemon shows where");
  }
}

void what_broke(const Report& r, Explanation& e, std::string_view id) {
  if (const auto bits = r.fact(fact::status_bits); !bits.empty())
    add_certain(e, id, fill("[bank {bank}, ][status {status}: ]{status-bits}", r), "the bits of the bank's status");
  if (bit(r, "overflow"))
    add_certain(e, id, "there were more errors than the bank could keep", "the status's overflow bit");
  tell_others(r, e, id);
  if (!r.fact(fact::previous_boot).empty() && !is_corrected(r))
    add_likely(e, id, "it may be why the machine was reset");
  next_part(r, e);
}

// Found by the first look at the banks.
constexpr auto wordings = std::to_array<Wording>({
    {"previous-boot", "yes",
     "the record of a hardware error was found as the machine started: it is from before the "
     "reset[: {error-code}][ (bank {bank})]"},
});

constexpr auto rules = std::to_array<Rule>({{.id = "machine-check", .apply = what_broke, .after_traces = true}});

}  // namespace

extern constinit const Kind machine_check{
    .info = {"machine-check", "machine check", Severity::error},
    .headers = headers,
    .line = record,
    .title_of = title,
    .sentence =
        "the CPU reports a hardware error that it could not correct[: {error-code}][: {detail}][ (bank {bank})]",
    .wordings = wordings,
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .next = "decode the bank with rasdaemon or mcelog on the same CPU model: it names the part to replace",
    .goes_on = same_bank,
};

extern constinit const Kind machine_check_logged{
    .info = {"machine-check-logged", "machine check logged", Severity::notice},
    .title = "machine check events logged",
    .sentence =
        "the CPU reported hardware errors whose records are not in this log: a daemon (mcelog, rasdaemon) or an EDAC "
        "driver took them",
    .culprit = {.from = Culprit::From::none},
    .goes_on = same_bank,
    .refines = &machine_check,
    .claims = is_only_logged,
};

extern constinit const Kind machine_check_corrected{
    .info = {"machine-check-corrected", "corrected machine check", Severity::notice},
    .title_of = title,
    .sentence = "the CPU corrected {errors|a hardware error}[: {error-code}][: {detail}][ (bank {bank})]",
    .wordings = wordings,
    .gaps = gaps,
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .goes_on = same_bank,
    .refines = &machine_check,
    .claims = is_corrected,
};

}  // namespace unoops::kinds
