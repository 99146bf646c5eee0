// Memory and platform errors: v6.1 drivers/edac/edac_mc.c edac_mc_printk, drivers/acpi/apei/ghes.c
// __ghes_print_estatus, drivers/firmware/efi/cper.c, drivers/acpi/apei/bert.c.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/machine_check_rules.hpp"
#include "kinds/memory_module.hpp"
#include "kinds/pcie_words.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// EDAC's label of the memory module; "any memory", "unknown memory" and "" say that it does not know which.
void memory_label(std::string_view label, ReportBuilder& d) {
  label = trim(label);
  if (!label.empty() && label.find_first_not_of(" :") != std::string_view::npos && label != "any memory" &&
      label != "unknown memory" && label != "unknown label")
    d.report.set_fact(fact::dimm, label);
}

// "memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0 (channel:1 slot:0 page:0x12345 offset:0x0 grain:32
// syndrome:0x0)"; "on mc#0csrow#1channel#0 (csrow:1 ..." without a message (v6.1 edac_mc.c edac_ce_error)
void edac_message(Scanner rest, ReportBuilder& d) {
  std::string_view message, label;
  if (!rest.lit("on ")) {
    if (!rest.until(" on ", message)) return;
    d.report.set_fact(fact::error, trim(message));
  }
  if (rest.until(" (", label)) memory_label(label, d);
}

// "page 0x1b3b, offset 0x0, grain 0, syndrome 0x4, row 1, channel 0, label "DIMM_B1": amd64_edac"
// "row 1, channel 0, label "": ..."; "- no information available: i7core"
// To v3.5 (edac_mc.c edac_mc_handle_ce, edac_mc_handle_ue)
void old_edac_message(Scanner rest, ReportBuilder& d) {
  std::string_view label;
  if (Scanner s = rest; s.skip_to("label \"") && s.until("\"", label)) memory_label(label, d);
  if (Scanner s = rest; s.skip_to("labels \"") && s.until("\"", label)) memory_label(label, d);
  if (Scanner s = rest; s.lit("page 0x")) fact_until(Scanner(rest.rest().substr(5)), ",", d, fact::page_frame);
  if (Scanner s = rest; s.skip_to("row ")) {
    const auto where = s.rest().substr(0, s.rest().find(", label"));
    d.report.set_fact(fact::detail, "row " + std::string(where.substr(0, where.find(':'))));
  }
}

// "EDAC MC0: 1 CE memory read error on ..."; "EDAC MC0: CE page 0x1b3b, ..." to v3.5
bool edac(std::string_view before, Scanner rest, ReportBuilder& d) {
  unsigned controller = 0, count = 0;
  if (!trim(before).empty() || !rest.dec(controller) || !rest.lit(": ")) return false;
  const bool old = !rest.dec(count);
  if (!old && !rest.lit(" ")) return false;
  const bool uncorrected = rest.lit("UE ");
  if (!uncorrected && !rest.lit("CE ")) return false;
  d.report.set_fact(fact::source, "EDAC MC" + std::to_string(controller));
  if (count) d.report.set_fact(fact::count, std::to_string(count));
  if (uncorrected) d.report.set_fact(fact::uncorrected, "yes");
  if (old) {
    static constexpr auto starts = std::to_array<std::string_view>({"page ", "row ", "- no information"});
    if (std::ranges::none_of(starts, [&](std::string_view start) { return rest.rest().starts_with(start); }))
      return false;
    old_edac_message(rest, d);
  } else {
    edac_message(rest, d);
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

// What the record of a PCIe error holds of the device's registers (v6.1 drivers/pci/pcie/aer.c cper_print_aer):
// "pcieport 0000:00:02.0: AER:    [ 6] BadTLP"
// "pcieport 0000:00:02.0: AER: aer_layer=Data Link Layer, aer_agent=Receiver ID"
bool device_registers(std::string_view text, ReportBuilder& d) {
  const std::string device = std::string(d.report.fact(fact::device)) + ": ";
  Scanner s(text);
  if (device.size() < 8 || !s.skip_to(device)) return false;
  s.blanks().lit("AER: ");
  s.blanks();
  std::string_view name;
  if (Scanner error = s; error.lit("[") && error.until("] ", name) && error.word(name))
    d.report.set_fact(fact::detail, name);
  else if (s.lit("aer_layer=")) {
    fact_until(s, ",", d, fact::type);
    if (Scanner agent = s; agent.skip_to("aer_agent=")) d.report.set_fact(fact::agent, trim(agent.rest()));
  } else if (!s.rest().starts_with("aer_") && !s.rest().starts_with("TLP Header:"))
    return false;
  return keep_line(s, d);
}

// "{1}[Hardware Error]: event severity: recoverable"; the number in braces tells records apart that were printed at
// once.
bool record(std::string_view text, ReportBuilder& d) {
  const auto at = text.find("[Hardware Error]: ");
  if (at == std::string_view::npos) return device_registers(text, d);
  if (d.report.fact(fact::source).starts_with("EDAC")) return false;
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
    if (!s.lit("not present")) d.report.set_fact(fact::dimm, trim(s.rest()));
  } else if (s.lit("fru_text: ")) {  // the part that is to be replaced, in the maker's words
    d.report.set_fact(fact::detail, trim(s.rest()));
  } else if (s.lit("node:")) {  // "node:0 card:1 module:0 rank:0 bank:3 ...": where firmware knows no name
    if (d.report.fact(fact::detail).empty())
      d.report.set_fact(fact::detail, "node" + std::string(s.rest().substr(0, s.rest().find(" rank"))));
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
// Which part: the module, else what its maker or the driver says of it.
std::string part(const Report& r) {
  const auto module = r.fact(fact::dimm), words = r.fact(fact::detail);
  if (module.empty() || r.fact(fact::source).starts_with("EDAC"))
    return std::string(module) + (module.empty() || words.empty() ? "" : ", ") + std::string(words);
  return std::string(module);
}
constexpr auto gaps = std::to_array<Gap>({{"part", part}});
constexpr auto corrected_gaps = std::to_array<Gap>({{"errors", several_errors}, {"part", part}});

void next_module(const Report& r, Explanation& e, std::string_view) {
  if (tell_guest(r, e, "guest")) return;
  const std::string module(r.fact(fact::dimm));
  if (module.empty()) {
    if (is_corrected(r) || !r.fact(fact::source).starts_with("EDAC")) return;
    if (const auto words = r.fact(fact::error); words.find("DIMM ") != std::string_view::npos)
      add_step(e, "memory is failing, and EDAC has no label for the module: find the slot of " + std::string(words));
    else
      add_step(e, "memory is failing, but EDAC does not know the module: the firmware's own event log may");
    return;
  }
  const bool one = module.find(" or ") == std::string::npos;
  if (!is_corrected(r))
    add_step(e, one ? "replace the memory module: " + module : "one of these memory modules is failing: " + module);
  else if (fails_often(r))
    add_step(e, "plan to replace the memory module: " + module + "; its errors are too many to be chance");
  else
    add_step(e, "a few corrected errors need no action; if more come from " + module + ", replace it");
}

// Firmware keeps what brought the machine down until the next boot (v6.1 drivers/acpi/apei/bert.c).
constexpr auto wordings = std::to_array<Wording>({
    {"previous-boot", "yes",
     "firmware kept the record of a hardware error from before the reset[: {error}][ of {device}][, {type}][, "
     "{part}]"},
});

constexpr auto rules = std::to_array<Rule>(
    {{"edac", tell_edac}, {"pcie-layer", tell_layer}, {"tlp-header", tell_packet}, {"next-module", next_module}});

}  // namespace

extern constinit const Kind hardware_error{
    .info = {"hardware-error", "hardware error", Severity::error},
    .headers = headers,
    .line = record,
    .title_of = title,
    .sentence =
        "the platform reports a hardware error that was not corrected[: {error}][ of {device}][, {type}][, {part}]",
    .wordings = wordings,
    .gaps = gaps,
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .next =
        "replace or reseat the part that the record names; the firmware's event log (ipmitool sel, rasdaemon) says "
        "whether it failed before",
    .whole = has_section,
    .goes_on = same_place,
};

extern constinit const Kind hardware_error_corrected{
    .info = {"hardware-error-corrected", "corrected hardware error", Severity::notice},
    .title_of = title,
    .sentence = "the platform corrected {errors|a hardware error}[: {error}][ of {device}][, {type}][, {part}]",
    .wordings = wordings,
    .gaps = corrected_gaps,
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .whole = has_section,
    .goes_on = same_place,
    .refines = &hardware_error,
    .claims = is_corrected,
};

}  // namespace unoops::kinds
