#include "kinds/pcie_words.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"
#include "kinds/rule.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

struct ErrorName {
  std::string_view name, old_name, words;
};
// v6.1 drivers/pci/pcie/aer.c aer_correctable_error_string, aer_uncorrectable_error_string; the old names to v4.20.
constexpr auto names = std::to_array<ErrorName>({
    {"RxErr", "Receiver Error", "the signal arrived damaged"},
    {"BadTLP", "Bad TLP", "a packet arrived damaged"},
    {"BadDLLP", "Bad DLLP", "a packet of the link's own arrived damaged"},
    {"Rollover", "RELAY_NUM Rollover", "a packet was sent again and again in vain"},
    {"Timeout", "Replay Timer Timeout", "a packet was not acknowledged in time"},
    {"NonFatalErr", "Advisory Non-Fatal", "an error that the device need not act on"},
    {"CorrIntErr", "Corrected Internal Error", "an error within the device"},
    {"HeaderOF", "Header Log Overflow", "more errors than the device could keep"},
    {"DLP", "Data Link Protocol", "the link's protocol was broken"},
    {"SDES", "Surprise Down Error", "the link went down by itself"},
    {"TLP", "Poisoned TLP", "data that its sender marked as damaged"},
    {"FCP", "Flow Control Protocol", "the link's flow control was broken"},
    {"CmpltTO", "Completion Timeout", "a request was not answered in time"},
    {"CmpltAbrt", "Completer Abort", "a device refused a request"},
    {"UnxCmplt", "Unexpected Completion", "an answer to no request"},
    {"RxOF", "Receiver Overflow", "more arrived than the receiver can take"},
    {"MalfTLP", "Malformed TLP", "a packet broke the protocol's rules"},
    {"ECRC", "ECRC", "a packet's checksum was wrong"},
    {"UnsupReq", "Unsupported Request", "a request that its target does not support"},
    {"ACSViol", "ACS Violation", "a packet that access control refuses"},
    {"UncorrIntErr", "Uncorrectable Internal Error", "an error within the device"},
    {"BlockedTLP", "MC Blocked TLP", "a multicast packet that is blocked"},
    {"AtomicOpBlocked", "AtomicOp Egress Blocked", "an atomic operation that is blocked"},
    {"TLPBlockedErr", "TLP Prefix Blocked Error", "a packet's prefix is blocked"},
});

std::string with_meaning(std::string_view name) {
  const auto at = std::ranges::find_if(names, [&](const ErrorName& n) { return n.name == name || n.old_name == name; });
  return std::string(name) + (at == names.end() ? "" : " (" + std::string(at->words) + ")");
}

bool is_called(std::string_view error, std::string_view name) {
  const auto at = std::ranges::find(names, name, &ErrorName::name);
  return error == name || (at != names.end() && error == at->old_name);
}

}  // namespace

std::string pcie_errors(const Report& r) {
  const auto all = r.fact(fact::error), first = r.fact(fact::first_error);
  if (all.find(", ") == std::string_view::npos) return all.empty() ? std::string() : with_meaning(all);
  std::string out = first.empty() ? std::string() : "first " + with_meaning(first);
  bool also = false;
  for (auto rest = all; !rest.empty();) {
    const auto name = rest.substr(0, rest.find(", "));
    rest.remove_prefix(std::min(rest.size(), name.size() + 2));
    if (name == first) continue;
    out += (out.empty() ? "" : !first.empty() && !also ? ", also " : ", ") + with_meaning(name);
    also = true;
  }
  return out;
}

void next_of_layer(const Report& r, Explanation& e, std::string_view) {
  const auto layer = r.fact(fact::type);
  const auto first = r.fact(fact::first_error).empty() ? r.fact(fact::error) : r.fact(fact::first_error);
  const std::string device(r.fact(fact::device));
  if (layer == "Inaccessible" || layer == "Unaccessible")
    return add_step(e, "the device did not tell its errors when it was asked: see (lspci) whether " + device +
                           " is still there, has power and sits firmly");
  if (layer == "Physical Layer" || layer == "Data Link Layer")
    return add_step(e,
                    "reseat the card, try another slot or cable, and look for firmware updates: the link, not the "
                    "driver, reports it");
  if (layer != "Transaction Layer") return;
  if (is_called(first, "SDES"))  // counted to this layer (v6.1 aer.c AER_GET_LAYER_ERROR), but of the link
    return add_step(e, "the link below " + device + " was lost: was a card pulled, or did it lose power or contact?");
  if (is_called(first, "CmpltTO"))
    return add_step(e, "a device at or behind " + device +
                           " stopped answering: look for updates of its firmware, and whether it happens without "
                           "power saving (pcie_aspm=off)");
  add_step(e,
           "this layer carries requests, and the wire's own checks found nothing: look at the drivers and the "
           "firmware of " +
               device + " and of what is behind it");
}

}  // namespace unoops::kinds
