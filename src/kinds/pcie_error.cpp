// PCIe AER: v6.1 drivers/pci/pcie/aer.c aer_print_port_info, aer_print_error, __aer_print_error; err.c
// pcie_do_recovery, report_error_detected; dpc.c dpc_process_error. Each device is told by itself.
//   pcieport 0000:00:1c.0: AER: Corrected error message received from 0000:00:1c.0
//   pcieport 0000:00:1c.0: AER: Corrected error received: id=00e0                                     to v4.x
//   pcieport 0000:00:1c.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)
//   pcieport 0000:00:1c.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, id=00e0(Receiver ID)  to v4.x
//   pcieport 0000:00:1c.0:   device [8086:a110] error status/mask=00000001/00002000
//   pcieport 0000:00:1c.0:    [ 0] RxErr                  (First)
#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/pcie_words.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

constexpr std::int64_t one_event_us = 500'000;

// Who says it, and what: "ahci 0000:01:00.0: AER: can't recover (no error_detected callback)"
struct Said {
  std::string_view who, device, words;  // "ahci 0000:01:00.0", "0000:01:00.0", "can't recover (..."
};
Said said(std::string_view text) {
  text = trim(text);
  for (auto at = text.find(": "); at != std::string_view::npos; at = text.find(": ", at + 1)) {
    const auto who = text.substr(0, at), device = who.substr(who.rfind(' ') + 1);
    if (device.size() < 7 || device[device.size() - 2] != '.' || device.find(':') == std::string_view::npos) continue;
    auto words = trim(text.substr(at + 2));
    for (const std::string_view tag : {"AER:", "DPC:"})
      if (words.starts_with(tag)) words = trim(words.substr(tag.size()));
    return {who, device, words};
  }
  return {};
}

bool is_soon(const ReportBuilder& d) {
  return !d.last_time || !d.line->time_us || *d.line->time_us - *d.last_time < one_event_us;
}

void severity(std::string_view words, ReportBuilder& d) {
  if (words.find("Uncorrect") != std::string_view::npos) d.report.set_fact(fact::uncorrected, "yes");
}

// "id=00e5": bus 00, device 1c, function 5, in the domain of the port that received it
std::string address_of_id(unsigned id, std::string_view port) {
  char text[16];
  std::snprintf(text, sizeof text, "%02x:%02x.%x", id >> 8 & 0xff, id >> 3 & 0x1f, id & 7);
  return std::string(port.substr(0, port.find(':') + 1)) + text;
}

// "Multiple Uncorrected (Non-Fatal) error message received from 0000:00:1c.0": an event begins
bool received(std::string_view, Scanner rest, ReportBuilder& d) {
  const auto message = said(d.line->text);
  std::string_view sender;
  if (message.device.empty() || !d.report.raw.empty() || !rest.word(sender)) return false;
  severity(message.words, d);
  unsigned id = 0;
  if (Scanner s(sender); s.lit("id=") && s.hex(id))
    d.report.set_fact(fact::device, address_of_id(id, message.device));
  else
    d.report.set_fact(fact::device, sender);
  if (rest.skip_to("(no details found)")) d.report.set_fact(fact::detail, "no details");
  return true;
}

// "severity=Corrected, type=Physical Layer, (Receiver ID)": the first belongs to the event that was announced
bool bus_error(std::string_view, Scanner rest, ReportBuilder& d) {
  const auto message = said(d.line->text);
  const bool joins = !d.report.raw.empty();
  if (message.device.empty() || (joins && (!is_soon(d) || !d.report.fact(fact::type).empty()))) return false;
  std::string_view words;
  if (!rest.until(", type=", words)) return false;
  d.report.set_fact(fact::device, message.device);
  severity(words, d);
  d.report.set_fact(fact::severity_text, words);
  d.report.set_fact(fact::type, trim(rest.rest().substr(0, rest.rest().find(','))));
  if (const auto open = rest.rest().rfind('('); open != std::string_view::npos && rest.rest().ends_with(')'))
    d.report.set_fact(fact::agent, rest.rest().substr(open + 1, rest.rest().size() - open - 2));
  if (joins) d.add_message(line_text(d));
  return true;
}

// "pcieport 0000:00:1d.0: DPC: containment event, status:0x1f01 source:0x0000": the port took its link down
bool containment(std::string_view, Scanner, ReportBuilder& d) {
  const auto message = said(d.line->text);
  if (message.device.empty() || !d.report.raw.empty()) return false;
  d.report.set_fact(fact::device, message.device);
  d.report.set_fact(fact::event, "DPC");
  d.report.set_fact(fact::uncorrected, "yes");
  return true;
}

// "[18] MalfTLP                (First)". A corrected error has no first one: __aer_print_error marks bit 0 then.
void error_name(Scanner s, ReportBuilder& d) {
  int bit = 0;
  if (!s.lit("[") || !s.blanks().dec(bit) || !s.lit("]")) return;
  auto name = trim(s.rest());
  const bool first = name.ends_with("(First)");
  if (first) name = trim(name.substr(0, name.size() - 7));
  const auto names = std::string(d.report.fact(fact::error));
  d.report.set_fact(fact::error, names.empty() ? std::string(name) : names + ", " + std::string(name));
  if (first && !d.report.fact(fact::uncorrected).empty()) d.report.set_fact(fact::first_error, name);
}

// What the port tells of its attempts, and the drivers below it: "device recovery failed", "Device recovery failed"
// (to v5.5)
bool recovery(const Said& message, ReportBuilder& d) {
  Scanner s(message.words);
  if (s.lit("can't recover (no error_detected callback)")) {
    d.report.set_fact(fact::no_handler, message.who);
  } else if (s.lit("device recovery ") || s.lit("Device recovery ")) {
    std::string_view how;
    if (s.word(how)) d.report.set_fact(fact::recovery, how);
  } else {
    static constexpr auto steps = std::to_array<std::string_view>(
        {"broadcast ", "Root Port link has been reset", "Downstream Port link has been reset",
         "Upstream Port link has been reset", "subordinate device reset", "can't recover", "not recovered"});
    if (std::ranges::none_of(steps, [&](std::string_view step) { return message.words.starts_with(step); }))
      return false;
  }
  return keep_line(s, d);
}

bool detail(std::string_view text, ReportBuilder& d) {
  const auto message = said(text);
  if (message.device.empty()) return false;
  if (recovery(message, d)) return true;
  if (message.words.starts_with("found no error details") || message.words.starts_with("can't find device")) {
    d.report.set_fact(fact::detail, "no details");
    return keep_line(Scanner({}), d);
  }
  if (message.device != d.report.fact(fact::device)) return false;
  static constexpr auto starts = std::to_array<std::string_view>(
      {"device [", "[", "TLP Header:", "Error of this Agent", "unmasked uncorrectable error", "ERR_FATAL detected",
       "ERR_NONFATAL detected", "RP PIO ", "reserved error detected", "software trigger detected"});
  if (std::ranges::none_of(starts, [&](std::string_view start) { return message.words.starts_with(start); }))
    return false;
  error_name(Scanner(message.words), d);
  return keep_line(Scanner({}), d);
}

bool is_whole(const Report& r) {
  return !r.fact(fact::type).empty() || !r.fact(fact::detail).empty() || !r.fact(fact::event).empty();
}

constexpr auto headers = std::to_array<Header>({
    {" error message received from ", received, Header::Use::joins},
    {" error received: ", received, Header::Use::joins},
    {"PCIe Bus Error: severity=", bus_error, Header::Use::joins},
    {"DPC: containment event, ", containment, Header::Use::joins},
});

bool is_corrected(const Report& report) { return report.fact(fact::uncorrected).empty(); }

std::string title(const Report& report, std::string_view) {
  const auto type = report.fact(fact::type);
  return std::string(is_corrected(report) ? "corrected PCIe error" : "PCIe error") +
         (type.empty() ? "" : ": " + std::string(type));
}

constexpr auto gaps = std::to_array<Gap>({{"errors", pcie_errors}});

void outcome(const Report& r, Explanation& e, std::string_view id) {
  if (r.fact(fact::event) == "DPC")
    add_certain(e, id, "the port took its link down to contain the error (DPC): what is behind it was cut off",
                "the line \"DPC: containment event\"");
  const auto how = r.fact(fact::recovery), who = r.fact(fact::no_handler);
  std::string text = how == "successful" ? "the kernel recovered the device"
                     : how == "failed"   ? "the kernel's attempt to recover the device failed"
                                         : std::string();
  if (!who.empty())
    text += (text.empty() ? "" : ": ") + std::string(who) +
            (who.starts_with("pci ") ? " has no driver that could handle it"
                                     : " can't recover (no error_detected callback in its driver)");
  if (!text.empty()) add_certain(e, id, text, "the AER driver's own line");
}

constexpr auto rules = std::to_array<Rule>(
    {{"pcie-layer", tell_layer}, {"tlp-header", tell_packet}, {"pcie-outcome", outcome}, {"next-link", next_of_layer}});

}  // namespace

extern constinit const Kind pcie_error{
    .info = {"pcie-error", "PCIe error", Severity::error},
    .headers = headers,
    .line = detail,
    .title_of = title,
    .sentence = "a PCIe device[ {device}] reports an error that was not corrected[: {errors}]",
    .gaps = gaps,
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .next =
        "look at the card and the link of {device}: lspci -vvv (UESta, LnkSta), its firmware, and whether it happens "
        "in "
        "another slot",
    .whole = is_whole,
    .goes_on = same_device,
};

extern constinit const Kind pcie_error_corrected{
    .info = {"pcie-error-corrected", "corrected PCIe error", Severity::notice},
    .title_of = title,
    .sentence = "a PCIe device[ {device}] reports an error that the link corrected[: {errors}]",
    .gaps = gaps,
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .whole = is_whole,
    .goes_on = same_device,
    .refines = &pcie_error,
    .claims = is_corrected,
};

}  // namespace unoops::kinds
