// Memory and platform errors: v6.1 drivers/edac/edac_mc.c edac_mc_printk, drivers/acpi/apei/ghes.c
// __ghes_print_estatus, drivers/firmware/efi/cper.c, drivers/acpi/apei/bert.c.
#include <array>

#include "base/text.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0 (channel:1 slot:0 page:0x12345 offset:0x0
// grain:32 syndrome:0x0)"
bool edac(std::string_view before, Scanner rest, ReportBuilder& d) {
  unsigned controller = 0, count = 0;
  if (!trim(before).empty() || !rest.dec(controller) || !rest.lit(": ") || !rest.dec(count) || !rest.lit(" "))
    return false;
  const bool uncorrected = rest.lit("UE ");
  if (!uncorrected && !rest.lit("CE ")) return false;
  d.report.set_fact(fact::source, "EDAC MC" + std::to_string(controller));
  d.report.set_fact(fact::count, std::to_string(count));
  if (uncorrected) d.report.set_fact(fact::uncorrected, "yes");
  std::string_view message;
  if (Scanner s = rest; s.until(" on ", message)) {
    d.report.set_fact(fact::error, trim(message));
    fact_until(s, "", d, fact::dimm);
  }
  if (Scanner s = rest; s.skip_to("page:")) fact_until(s, "", d, fact::page_frame);
  return true;
}

// "{1}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 4"
bool ghes(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (before.find("[Hardware Error]: ") == std::string_view::npos) return false;
  d.report.set_fact(fact::source, "GHES " + std::string(trim(rest.rest())));
  if (const auto open = before.rfind('{'); open != std::string_view::npos)
    d.report.set_fact(fact::record, before.substr(open, before.find('}', open) + 1 - open));
  return true;
}

bool bert(std::string_view before, Scanner, ReportBuilder& d) {
  if (!trim(before).empty()) return false;
  d.report.set_fact(fact::source, "BERT");
  d.report.set_fact(fact::previous_boot, "yes");
  return true;
}

// "{1}[Hardware Error]: event severity: recoverable"; the number in braces tells records apart that were printed at
// once.
bool record(std::string_view text, ReportBuilder& d) {
  const auto at = text.find("[Hardware Error]: ");
  if (at == std::string_view::npos || d.report.fact(fact::source).starts_with("EDAC")) return false;
  const auto number = d.report.fact(fact::record);
  if (!number.empty() && trim(text.substr(0, at)) != number) return false;
  const auto words = trim(text.substr(at + 18));
  Scanner s(words);
  if (s.lit("event severity: ")) {
    d.report.set_fact(fact::event_severity, trim(s.rest()));
    if (s.rest() == "recoverable" || s.rest() == "fatal") d.report.set_fact(fact::uncorrected, "yes");
  } else if (s.lit("section_type: ")) {
    d.report.set_fact(fact::error, trim(s.rest()));
  } else if (s.lit("section type: ")) {  // "unknown, <guid>"
    d.report.set_fact(fact::section_type, trim(s.rest()));
  } else if (s.lit("physical_address: 0x")) {
    std::uint64_t address = 0;
    if (s.hex(address)) d.set_fault_address(address);
  } else if (s.lit("DIMM location: ")) {
    d.report.set_fact(fact::dimm, trim(s.rest()));
  } else if (s.lit("device_id: ")) {
    d.report.set_fact(fact::device, trim(s.rest()));
  } else if (s.lit("error_type: ")) {
    d.report.set_fact(fact::error_type, trim(s.rest()));
  }
  return keep_line(s, d);
}

constexpr auto headers = std::to_array<Header>({
    {"EDAC MC", edac},
    {"Hardware error from APEI Generic Hardware Error Source: ", ghes},
    {"BERT: Error records from previous boot:", bert},
});

bool has_section(const Report& report) {
  return !report.fact(fact::error).empty() || !report.fact(fact::section_type).empty() ||
         report.fact(fact::source).starts_with("EDAC");
}

bool is_corrected(const Report& report) { return report.fact(fact::uncorrected).empty(); }

std::string title(const Report& report, std::string_view) {
  const auto error = report.fact(fact::error);
  return std::string(is_corrected(report) ? "corrected hardware error" : "hardware error") +
         (error.empty() ? "" : ": " + std::string(error));
}

std::string several_errors(const Report& report) {
  const auto count = report.fact(fact::count);
  return count.empty() || count == "1" ? std::string() : std::string(count) + " hardware errors";
}
constexpr auto corrected_gaps = std::to_array<Gap>({{"errors", several_errors}});

void next_module(const Report& r, Explanation& e, std::string_view) {
  const std::string module(r.fact(fact::dimm));
  if (module.empty()) return;
  add_step(e, is_corrected(r) ? "one corrected error is harmless; if more come from " + module + ", replace it"
                              : "replace the memory module: " + module);
}
constexpr auto rules = std::to_array<Rule>({{"next-module", next_module}});

}  // namespace

extern constinit const Kind hardware_error{
    .info = {"hardware-error", "hardware error", Severity::error},
    .headers = headers,
    .line = record,
    .title_of = title,
    .sentence = "the platform reports a hardware error that was not corrected[: {error}][, {dimm}]",
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .whole = has_section,
};

extern constinit const Kind hardware_error_corrected{
    .info = {"hardware-error-corrected", "corrected hardware error", Severity::notice},
    .title_of = title,
    .sentence = "the platform corrected {errors|a hardware error}[: {error}][, {dimm}]",
    .gaps = corrected_gaps,
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .whole = has_section,
    .refines = &hardware_error,
    .claims = is_corrected,
};

}  // namespace unoops::kinds
