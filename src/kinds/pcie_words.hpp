// What the errors of PCI Express mean, and what to do about those of each layer.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

// "first MalfTLP (a packet broke the protocol's rules), also CmpltTO (a request was not answered in time)"
std::string pcie_errors(const Report&);

// "transaction layer: a request or its answer; told by who received the packet"
void tell_layer(const Report&, Explanation&, std::string_view id);

// "TLP Header: 40000001 0000000f f7a00000 00000000": the packet that it was about, decoded
void tell_packet(const Report&, Explanation&, std::string_view id);

void next_of_layer(const Report&, Explanation&, std::string_view id);

}  // namespace unoops::kinds
