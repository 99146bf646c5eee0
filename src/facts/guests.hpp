// Is the machine a guest? Then its hardware is the hypervisor's make.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::facts {

// What runs it: "KVM", "QEMU"; empty: nothing in the log says that it is a guest.
std::string_view hypervisor_of(const Report&);

}  // namespace unoops::facts
