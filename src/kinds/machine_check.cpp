// x86 machine checks: v6.1 arch/x86/kernel/cpu/mce/core.c __print_mce, print_mce, mce_panic; drivers/edac/mce_amd.c.
//   mce: [Hardware Error]: CPU 0: Machine Check Exception: 5 Bank 1: be00000000000005
//   mce: [Hardware Error]: RIP !INEXACT! 10:<ffffffff87ce5fff> {pv_native_safe_halt+0xf/0x20}
//   mce: [Hardware Error]: TSC 2b46813b1 ADDR 1234000 MISC 8c
#include <array>

#include "base/hex.hpp"
#include "base/text.hpp"
#include "facts/machine_checks.hpp"
#include "grammar/symbol_ref.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/machine_check_rules.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

std::uint64_t hex_fact(const Report& r, FactName name) {
  std::uint64_t value = 0;
  Scanner(r.fact(name)).hex(value);
  return value;
}

// What is known of the bank so far, in words: later lines tell whose bits these are, and which unit.
void decode(CpuVendor vendor, ReportBuilder& d) {
  auto& r = d.report;
  const auto status = hex_fact(r, fact::status);
  r.set_fact(fact::status_bits, status_words(status, vendor));
  if (status & not_corrected || (vendor == CpuVendor::amd && status & amd_deferred))
    r.set_fact(fact::uncorrected, "yes");
  if (vendor == CpuVendor::amd) return;  // its units have their own words for the same codes
  const auto error = machine_error(static_cast<unsigned>(status & 0xffff), vendor);
  if (vendor == CpuVendor::unknown && error.part != MachinePart::memory) return;  // those are Intel's alone
  if (!error.name.empty()) r.set_fact(fact::error_code, error.name);
  if (vendor == CpuVendor::unknown) return;
  if (!error.detail.empty()) r.set_fact(fact::detail, error.detail);
  const auto count = status >> 38 & 0x7fff;  // of corrected errors
  if (!(status & not_corrected) && count) r.set_fact(fact::count, std::to_string(count));
}

// What the unit calls its error; else what the architecture calls it.
void name_amd_error(std::string_view by_unit, Report& r) {
  const auto code = static_cast<unsigned>(hex_fact(r, fact::status) & 0xffff);
  const auto name = by_unit.empty() ? machine_error(code, CpuVendor::amd).name : by_unit;
  if (!name.empty()) r.set_fact(fact::error_code, name);
}

// A family before 17h tells the unit by the bank's number.
void decode_old_amd(ReportBuilder& d) {
  auto& r = d.report;
  int bank = -1;
  if (!Scanner(r.fact(fact::bank)).dec(bank)) return;
  const auto unit = old_amd_unit(bank, hex_fact(r, fact::status));
  name_amd_error(unit.error, r);
  if (!unit.name.empty()) r.set_fact(fact::unit, unit.name);
}

// The unit's own error code says more than the architecture's.
void decode_amd_unit(ReportBuilder& d) {
  auto& r = d.report;
  const auto unit = amd_unit(hex_fact(r, fact::ipid), hex_fact(r, fact::status));
  name_amd_error(unit.error, r);
  if (!unit.name.empty()) r.set_fact(fact::unit, unit.name);
}

bool has_bank(const Report& r) { return !r.fact(fact::bank).empty() || !r.fact(fact::status).empty(); }

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
  if (joins && has_bank(d.report) && (is_polled_check(d.line->text) || is_polled_check(d.report.headline)))
    return false;
  if (joins) d.add_message(line_text(d));
  // The worst of them is told: the others only saw it.
  if (d.report.fact(fact::bank).empty() || (status & not_corrected && d.report.fact(fact::uncorrected).empty())) {
    d.report.cpu = cpu;
    d.report.set_fact(fact::bank, std::to_string(number));
    d.report.set_fact(fact::status, digits.substr(0, digits.size() - rest.rest().size()));
    if (global) d.report.set_fact(fact::global_status, hex(global).substr(2));
    decode(CpuVendor::unknown, d);
  }
  return true;
}

// The lines behind a bank's belong to it; those of banks that only join are not looked at.
bool is_of_chosen_bank(const ReportBuilder& d) {
  const auto status = d.report.fact(fact::status);
  for (auto line = d.report.raw.rbegin(); line != d.report.raw.rend(); ++line)
    if (line->find(": Machine Check") != std::string::npos && line->find(" Bank ") != std::string::npos)
      return trim(*line).ends_with(status);
  return true;
}

// "TSC 0 ADDR 1ffffc0e1d2a2 MISC d012000100000000 SYND 4d000000 IPID 500b000000000"
void bank_registers(Scanner s, ReportBuilder& d) {
  struct Row {
    std::string_view word;
    FactName name;
  };
  static constexpr auto rows =
      std::to_array<Row>({{"MISC ", fact::misc}, {"SYND ", fact::syndrome}, {"IPID ", fact::ipid}});
  for (const auto& row : rows)
    if (Scanner value = s; value.skip_to(row.word)) fact_until(value, "", d, row.name);
  std::uint64_t address = 0;
  if (Scanner value = s; value.skip_to("ADDR ") && value.hex(address)) d.set_fault_address(address);
}

// "0:406e3": whose bits these are.
void processor(Scanner rest, ReportBuilder& d) {
  fact_until(rest, "", d, fact::processor);
  if (d.report.fact(fact::status).empty()) return;
  const auto vendor = vendor_of(d.report.fact(fact::processor));
  decode(vendor, d);
  if (vendor != CpuVendor::amd) return;
  if (has_amd_units(d.report.fact(fact::processor)))
    decode_amd_unit(d);
  else
    decode_old_amd(d);
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
void amd_status(Scanner s, ReportBuilder& d) {
  int cpu = 0, bank = 0;
  if (!s.lit("CPU:") || !s.dec(cpu) || !s.skip_to(" MC") || !s.dec(bank) || !s.lit("_STATUS[")) return;
  if (!d.report.cpu) d.report.cpu = cpu;
  d.report.set_fact(fact::bank, std::to_string(bank));
  if (!s.skip_to("]: 0x")) return;
  fact_until(s, "", d, fact::status);
  decode(CpuVendor::amd, d);
}

// "Unified Memory Controller Ext. Error Code: 0, DRAM ECC error."            since family 17h
// "Unified Memory Controller Extended Error Code: 0"                         to v5.13, the error on a line of its own:
// "Unified Memory Controller Error: DRAM ECC error."
// "MC4 Error (node 0): DRAM ECC error detected on the NB.", "MC0 Error: L1 TLB multimatch."         to family 16h
void amd_error(Scanner s, ReportBuilder& d) {
  std::string_view unit, error;
  if (Scanner words = s; words.until(" Ext. Error Code: ", unit)) {
    d.report.set_fact(fact::unit, unit);
    if (words.skip_to(", ")) error = words.rest();
  } else if (words.until(" Extended Error Code: ", unit)) {
    d.report.set_fact(fact::unit, unit);
  } else if (words.until(" Error", unit) && (words.lit(": ") || (words.lit(" (node ") && words.skip_to("): ")))) {
    int bank = -1;
    Scanner number(unit);
    const auto old = number.lit("MC") && number.dec(bank) ? old_amd_unit(bank, 0).name : std::string_view();
    if (old.empty() && facts::amd_part(unit) == facts::MachinePart::unknown) return;
    d.report.set_fact(fact::unit, old.empty() ? unit : old);
    error = words.rest();
  }
  error = trim(error);
  if (!error.empty()) d.report.set_fact(fact::error_code, error.substr(0, error.find_last_not_of('.') + 1));
}

// "Error Addr: 0x0000000012345680", "IPID: 0x0000009600150f00, Syndrome: 0x000001ff0a240702", "MC4_ADDR: 0x..." to v4.5
void amd_registers(Scanner s, ReportBuilder& d) {
  std::uint64_t address = 0;
  if (Scanner value = s; (value.lit("Error Addr: 0x") || (value.skip_to("_ADDR: 0x"))) && value.hex(address))
    d.set_fault_address(address);
  if (Scanner value = s; value.skip_to("Syndrome: 0x")) fact_until(value, "", d, fact::syndrome);
  if (!s.lit("IPID: 0x")) return;
  fact_until(Scanner(s.rest().substr(0, s.rest().find(','))), "", d, fact::ipid);
  decode_amd_unit(d);
}

// The first look at the banks is done as the CPUs start, and is not stamped; the next comes minutes later (v6.1
// mce/core.c __mcheck_cpu_init_generic, mce_timer_fn).
bool is_first_look(Scanner s, const ReportBuilder& d) {
  static constexpr std::int64_t start_us = 10'000'000;
  return s.lit("TSC 0 ") && d.line->time_us && *d.line->time_us < start_us && !d.report.raw.empty() &&
         is_polled_check(d.report.raw.back());
}

// What the kernel does about the page: v6.1 mm/memory-failure.c action_result, kill_proc
// "Memory failure: 0x3f7a45: recovery action for dirty LRU page: Recovered"
// "Memory failure: 0x3f7a45: Sending SIGBUS to java:1234 due to hardware memory corruption"
bool memory_failure(std::string_view text, ReportBuilder& d) {
  return text.starts_with("Memory failure: 0x") && !d.report.raw.empty() && keep_line(Scanner({}), d);
}

// Behind "mce: [Hardware Error]: ", with or without the "mce: "; bare to v2.6.32
bool record(std::string_view text, ReportBuilder& d) {
  if (memory_failure(trim(text), d)) return true;
  constexpr std::string_view mark = "[Hardware Error]: ";
  const auto at = text.find(mark);
  if (at != std::string_view::npos && text.find('{') < at) return false;  // {1}[Hardware Error]: is GHES's
  Scanner s(at == std::string_view::npos ? trim(text) : text.substr(at + mark.size()));
  if (at == std::string_view::npos && (d.report.raw.empty() || d.report.raw.back().find(mark) != std::string::npos ||
                                       !(Scanner(s).lit("TSC ") || Scanner(s).lit("PROCESSOR "))))
    return false;
  if (Scanner rip = s; rip.lit("RIP ")) take_ref(rip, d, "pc");
  if (s.rest().starts_with("TSC ") && is_of_chosen_bank(d)) bank_registers(s, d);
  if (is_first_look(s, d)) d.report.set_fact(fact::previous_boot, "yes");
  if (Scanner check = s; check.lit("Machine check: ")) d.report.set_fact(fact::severity_text, trim(check.rest()));
  if (Scanner id = s; id.lit("PROCESSOR ") && is_of_chosen_bank(d)) processor(id, d);
  if (Scanner micro = s; micro.skip_to("microcode ")) fact_until(micro, "", d, fact::microcode);
  amd_status(s, d);
  amd_registers(s, d);
  amd_error(s, d);
  return keep_line(s, d);
}

constexpr auto headers = std::to_array<Header>({
    {": Machine Check", bank, Header::Use::joins},
    {"Machine check events logged", logged, Header::Use::joins},
    {"Corrected error, no action required.", amd_severity, Header::Use::joins},
    {"Deferred error, no action required.", amd_uncorrected, Header::Use::joins},
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

constexpr auto gaps = std::to_array<Gap>({{"unused", unused_data}, {"broke", broken}});
constexpr auto corrected_gaps =
    std::to_array<Gap>({{"errors", machine_check_errors}, {"unused", unused_data}, {"broke", broken}});

// Found by the first look at the banks.
constexpr auto wordings = std::to_array<Wording>({
    {"previous-boot", "yes",
     "the record of a hardware error was found as the machine started: it is from before the "
     "reset[: {broke}][ (bank {bank})]"},
    {"unused", "",
     "the hardware found data that it could not correct, before anything used it ({unused})[: {broke}][ (bank "
     "{bank})]"},
});

constexpr auto rules = std::to_array<Rule>({{.id = "machine-check", .apply = tell_machine_check, .after_traces = true},
                                            {.id = "next-part", .apply = next_broken_part, .after_traces = true}});

}  // namespace

extern constinit const Kind machine_check{
    .info = {"machine-check", "machine check", Severity::error},
    .headers = headers,
    .line = record,
    .title_of = title,
    .sentence = "the CPU reports a hardware error that it could not correct[: {broke}][ (bank {bank})]",
    .wordings = wordings,
    .gaps = gaps,
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
    .sentence = "the CPU corrected {errors|a hardware error}[: {broke}][ (bank {bank})]",
    .wordings = wordings,
    .gaps = corrected_gaps,
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .goes_on = same_bank,
    .refines = &machine_check,
    .claims = is_corrected,
};

}  // namespace unoops::kinds
