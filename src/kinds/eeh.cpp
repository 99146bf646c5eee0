// powerpc's EEH: the bus bridge cuts a device off after an error. v6.1 arch/powerpc/kernel/eeh_driver.c
// eeh_handle_normal_event, eeh_report_error.
//   EEH: Recovering PHB#2-PE#10000
//   EEH: PE location: UIO-1-C7, PHB location: N/A
//   EEH: Frozen PHB#2-PE#10000 detected
//   EEH: This PCI device has failed 1 times in the last hour and will be permanently disabled after 5 failures.
//   PCI 0002:01:00.0#10000: EEH: Invoking lpfc->error_detected(IO frozen)
//   EEH: Recovery successful.
#include <array>

#include "base/text.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/sentence.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "2-PE#10000"; "0, location: U78CB.001": the whole bridge
bool recovering(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view what;
  if (!trim(before).empty() || !rest.word(what)) return false;
  if (what.ends_with(',')) what.remove_suffix(1);
  d.report.set_fact(fact::source, "PHB#" + std::string(what));
  if (rest.lit(" location: ")) d.report.set_fact(fact::detail, trim(rest.rest()));
  return true;
}

bool line(std::string_view text, ReportBuilder& d) {
  Scanner s(text);
  std::string_view device, place;
  if (Scanner ask = s; ask.lit("PCI ") && ask.until(": EEH: ", device)) {
    device = device.substr(0, device.find('#'));
    if (d.report.fact(fact::device).empty()) d.report.set_fact(fact::device, device);
    return keep_line(ask, d);
  }
  if (!s.lit("EEH: ")) return false;
  if (s.lit("PE location: ") && s.until(", PHB", place) && place != "N/A") d.report.set_fact(fact::detail, place);
  if (Scanner times = s; times.lit("This PCI device has failed ")) fact_until(times, " times", d, fact::count);
  if (s.rest().starts_with("Recovery successful")) d.report.set_fact(fact::recovery, "successful");
  if (s.rest().starts_with("Unable to recover") || s.rest().starts_with("Permanent failure") ||
      s.rest().find("has been permanently disabled") != std::string_view::npos)
    d.report.set_fact(fact::recovery, "failed");
  return keep_line(s, d);
}

void outcome(const Report& r, Explanation& e, std::string_view id) {
  const auto how = r.fact(fact::recovery);
  if (how == "successful")
    add_certain(e, id, "the kernel reset the device, and it works again", "EEH's own line");
  else if (how == "failed")
    add_certain(e, id, "the device could not be recovered: it stays cut off", "EEH's own line");
  if (const auto count = r.fact(fact::count); !count.empty() && count != "1")
    add_certain(e, id, "it failed " + std::string(count) + " times in the last hour", "EEH's own line");
}

constexpr auto headers = std::to_array<Header>({{"EEH: Recovering PHB#", recovering}});
constexpr auto rules = std::to_array<Rule>({{"eeh-outcome", outcome}});

}  // namespace

extern constinit const Kind eeh{
    .info = {"eeh", "PCI device frozen", Severity::error},
    .headers = headers,
    .line = line,
    .title = "EEH: PCI device frozen",
    .sentence =
        "the PCI bridge saw an error and cut the device[ {device}] off, so that no bad data spreads (EEH freeze)[, "
        "slot "
        "{detail}]",
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .next =
        "reseat or replace the adapter[ {device}][ in slot {detail}] if it happens again; before that look for updates "
        "of its firmware and driver",
    .goes_on = same_device,
};

}  // namespace unoops::kinds
