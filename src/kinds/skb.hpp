// The numbers of skb_over_panic and skb_under_panic.
#pragma once

#include <string>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

// "skb_put(100) runs 36 bytes over the end of the network packet's buffer (dev eth0)"; empty: no such message.
std::string skb_words(const Report&);
void tell_skb(const Report&, Explanation&, std::string_view id);

}  // namespace unoops::kinds
