#include "facts/guests.hpp"

#include <algorithm>
#include <array>

namespace unoops::facts {
namespace {

struct Maker {
  std::string_view words, hypervisor;  // within the machine's name (DMI, "Hardware name:")
};
// v6.1 arch/x86/kernel/cpu/{vmware,mshyperv}.c, drivers/firmware; the makers' own DMI words
constexpr auto makers = std::to_array<Maker>({
    {"QEMU", "QEMU"},
    {"linux,dummy-virt", "QEMU"},
    {"KVM", "KVM"},
    {"Bochs", "Bochs"},
    {"VMware", "VMware"},
    {"innotek GmbH VirtualBox", "VirtualBox"},
    {"Microsoft Corporation Virtual Machine", "Hyper-V"},
    {"Xen HVM domU", "Xen"},
    {"Google Compute Engine", "Google Compute Engine"},
    {"Amazon EC2", "Amazon EC2"},
    {"OpenStack", "OpenStack"},
    {"Parallels", "Parallels"},
    {"(emulated by qemu)", "QEMU"},  // powerpc pseries
});

}  // namespace

std::string_view hypervisor_of(const Report& r) {
  for (const std::string_view machine : {std::string_view(r.hardware), std::string_view(r.kernel.machine)})
    if (const auto at = std::ranges::find_if(
            makers, [&](const Maker& m) { return machine.find(m.words) != std::string_view::npos; });
        at != makers.end())
      return r.kernel.hypervisor.empty() ? at->hypervisor : std::string_view(r.kernel.hypervisor);
  // Xen's first domain and Hyper-V's root partition own the hardware.
  const std::string_view told = r.kernel.hypervisor;
  return told == "KVM" || told == "VMware" ? told : std::string_view();
}

}  // namespace unoops::facts
