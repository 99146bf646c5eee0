// DMA that the IOMMU refused: v6.1 drivers/iommu/intel/dmar.c dmar_fault_do_one, drivers/iommu/amd/iommu.c
// iommu_print_event, drivers/iommu/arm/arm-smmu/arm-smmu.c arm_smmu_context_fault, arm-smmu-v3.c.
#include <array>

#include "base/text.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

bool fact_hex(Scanner rest, ReportBuilder& d) {
  std::uint64_t address = 0;
  rest.lit("0x");
  if (!rest.hex(address)) return false;
  d.set_fault_address(address);
  return true;
}

// "[DMA Read NO_PASID] Request device [00:1f.0] fault addr 0xfe000 [fault reason 0x06] PTE Read access is not set"
// "DMAR:[DMA Read] ..."                                                                            to v3.x
bool dmar(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view access, device;
  if (!trim(before).empty() || !rest.blanks().lit("[") || !rest.until("] Request device [", access) ||
      !rest.until("]", device))
    return false;
  d.report.set_fact(fact::source, "DMAR");
  d.report.set_fact(fact::event, access);
  d.report.set_fact(fact::device, device);
  if (Scanner s = rest; s.skip_to("fault addr ")) fact_hex(s, d);
  if (Scanner s = rest; s.skip_to("[fault reason ") && s.skip_to("] ")) d.report.set_fact(fact::reason, trim(s.rest()));
  return true;
}

// "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:01:00.0 domain=0x000a address=0xfe000 flags=0x0000]"; the device may
// stand in front
bool amd(std::string_view before, Scanner rest, ReportBuilder& d) {
  d.report.set_fact(fact::source, "AMD-Vi");
  if (before.ends_with(": ")) {
    before.remove_suffix(2);
    d.report.set_fact(fact::device, before.substr(before.rfind(' ') + 1));
  }
  std::string_view event;
  if (!rest.word(event)) return false;
  d.report.set_fact(fact::event, event);
  if (Scanner s = rest; s.skip_to("device=")) fact_until(s, "", d, fact::device);
  if (Scanner s = rest; s.skip_to("address=")) fact_hex(s, d);
  return true;
}

// "arm-smmu 5000000.iommu: Unhandled context fault: fsr=0x402, iova=0xfe000, fsynr=0x1, cbfrsynra=0x800, cb=1"
bool smmu(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (before.find("smmu") == std::string_view::npos) return false;
  d.report.set_fact(fact::source, "SMMU");
  d.report.set_fact(fact::event, "context fault");
  if (rest.skip_to("iova=")) fact_hex(rest, d);
  return true;
}

// "arm-smmu-v3 9050000.smmuv3: event 0x10 received:" and four rows of 64 bits
bool smmu_event(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view number;
  if (before.find("smmu") == std::string_view::npos || !rest.until(" received:", number)) return false;
  d.report.set_fact(fact::source, "SMMU");
  d.report.set_fact(fact::event, "event 0x" + std::string(number));
  return true;
}

bool row(std::string_view text, ReportBuilder& d) {
  const auto at = text.find("smmu");
  return d.report.fact(fact::event).starts_with("event 0x") && at != std::string_view::npos &&
         text.find("\t0x") != std::string_view::npos && keep_line(Scanner(text), d);
}

constexpr auto headers = std::to_array<Header>({
    {"DMAR:", dmar},
    {"AMD-Vi: Event logged [", amd},
    {"Unhandled context fault: ", smmu},
    {"event 0x", smmu_event},
});

std::string title(const Report& report, std::string_view) {
  return "IOMMU fault: " + std::string(report.fact(fact::source)) + " " + std::string(report.fact(fact::event));
}

void next_buffer(const Report&, Explanation& e, std::string_view) {
  add_step(
      e,
      "look for a buffer that the device's driver unmaps or frees while the device still uses it; else suspect the "
      "device or its firmware");
}
constexpr auto rules = std::to_array<Rule>({{"next-buffer", next_buffer}});

}  // namespace

extern constinit const Kind iommu_fault{
    .info = {"iommu-fault", "DMA refused by the IOMMU", Severity::warning},
    .headers = headers,
    .line = row,
    .title_of = title,
    .sentence = "the IOMMU refused an access of[ device {device}] to memory[ at {address}][ ({reason})]",
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .next =
        "look at which address the driver hands to the device, and whether it unmaps the buffer (dma_unmap_*) while "
        "the device still uses it",
    .goes_on = same_device,
};

}  // namespace unoops::kinds
