// PCIe AER: v6.1 drivers/pci/pcie/aer.c aer_print_port_info, aer_print_error, __aer_print_error; dpc.c.
//   pcieport 0000:00:1c.0: AER: Corrected error message received from 0000:00:1c.0
//   pcieport 0000:00:1c.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)
//   pcieport 0000:00:1c.0:   device [8086:a110] error status/mask=00000001/00002000
//   pcieport 0000:00:1c.0:    [ 0] RxErr                  (First)
#include <array>

#include "base/text.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

constexpr std::int64_t one_event_us = 500'000;

// "pcieport 0000:00:1c.0: AER: " and the like; the device's address is its last word
bool at_device(std::string_view before, ReportBuilder& d) {
  before = trim(before);
  if (before.ends_with("AER:")) before = trim(before.substr(0, before.size() - 4));
  if (!before.ends_with(':')) return false;
  before.remove_suffix(1);
  const auto device = before.substr(before.rfind(' ') + 1);
  if (device.size() < 7 || device[device.size() - 2] != '.') return false;
  const bool again = !d.report.raw.empty();
  const bool soon = !d.last_time || !d.line->time_us || *d.line->time_us - *d.last_time < one_event_us;
  if (again && (!soon || (d.report.fact(fact::device) != device && !d.report.fact(fact::type).empty()))) return false;
  d.report.set_fact(fact::device, device);
  if (again) d.add_message(line_text(d));
  return true;
}

void severity(std::string_view words, ReportBuilder& d) {
  if (words.find("Uncorrect") != std::string_view::npos) d.report.set_fact(fact::uncorrected, "yes");
}

// "Multiple Uncorrected (Non-Fatal) error message received from 0000:00:1c.0"
bool received(std::string_view before, Scanner rest, ReportBuilder& d) {
  const auto at = before.rfind("AER: ");
  if (at == std::string_view::npos || !at_device(before.substr(0, at), d)) return false;
  severity(before.substr(at), d);
  std::string_view sender;
  if (!rest.word(sender)) return false;
  d.report.set_fact(fact::device, sender);
  return true;
}

// "severity=Corrected, type=Physical Layer, (Receiver ID)"
bool bus_error(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!at_device(before, d)) return false;
  std::string_view words;
  if (!rest.until(", type=", words)) return false;
  severity(words, d);
  d.report.set_fact(fact::severity_text, words);
  fact_until(rest, ",", d, fact::type);
  return true;
}

// Everything that the same device says directly behind it
bool detail(std::string_view text, ReportBuilder& d) {
  const auto device = d.report.fact(fact::device);
  const auto at = text.find(device);
  if (device.empty() || at == std::string_view::npos || at > 40) return false;
  Scanner s(text.substr(at + device.size()));
  if (!s.lit(":")) return false;
  s.blanks().lit("AER:");
  s.blanks();
  static constexpr auto starts = std::to_array<std::string_view>(
      {"device [", "[", "TLP Header:", "Error of this Agent", "can't recover", "device recovery", "broadcast ",
       "Root Port link has been reset", "can't find device", "containment event", "found no error details"});
  for (const auto start : starts)
    if (s.rest().starts_with(start)) {
      if (start == "[" && d.report.fact(fact::error).empty() && s.skip_to("] ")) fact_until(s, "", d, fact::error);
      return keep_line(s, d);
    }
  return false;
}

bool has_type(const Report& report) { return !report.fact(fact::type).empty(); }

constexpr auto headers = std::to_array<Header>({
    {" error message received from ", received, Header::Use::joins},
    {" error received: ", received, Header::Use::joins},
    {"PCIe Bus Error: severity=", bus_error, Header::Use::joins},
});

bool is_corrected(const Report& report) { return report.fact(fact::uncorrected).empty(); }

std::string title(const Report& report, std::string_view) {
  const auto type = report.fact(fact::type);
  return std::string(is_corrected(report) ? "corrected PCIe error" : "PCIe error") +
         (type.empty() ? "" : ": " + std::string(type));
}

void next_link(const Report&, Explanation& e, std::string_view) {
  add_step(
      e,
      "reseat the card, try another slot or cable, and look for firmware updates: the link, not the driver, reports "
      "it");
}
constexpr auto rules = std::to_array<Rule>({{"next-link", next_link}});

}  // namespace

extern constinit const Kind pcie_error{
    .info = {"pcie-error", "PCIe error", Severity::error},
    .headers = headers,
    .line = detail,
    .title_of = title,
    .sentence = "a PCIe device[ {device}] reports an error that was not corrected[: {error}]",
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .whole = has_type,
};

extern constinit const Kind pcie_error_corrected{
    .info = {"pcie-error-corrected", "corrected PCIe error", Severity::notice},
    .title_of = title,
    .sentence = "a PCIe device[ {device}] reports an error that the link corrected[: {error}]",
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .whole = has_type,
    .refines = &pcie_error,
    .claims = is_corrected,
};

}  // namespace unoops::kinds
