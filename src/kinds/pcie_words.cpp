#include "kinds/pcie_words.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/hex.hpp"
#include "base/text.hpp"
#include "grammar/scanner.hpp"
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

// PCI Express Base Specification 6.0, 2.2.1: the kinds of packets by Fmt (bit 1 of it: with data) and Type.
struct PacketKind {
  unsigned type, mask;
  std::string_view without_data, with_data;
};
constexpr auto packet_kinds = std::to_array<PacketKind>({
    {0x00, 0x1f, "a memory read", "a memory write"},
    {0x01, 0x1f, "a locked memory read", ""},
    {0x02, 0x1f, "an I/O read", "an I/O write"},
    {0x04, 0x1f, "a configuration read (type 0)", "a configuration write (type 0)"},
    {0x05, 0x1f, "a configuration read (type 1)", "a configuration write (type 1)"},
    {0x0a, 0x1f, "a completion without data", "a completion with data"},
    {0x0b, 0x1f, "a completion of a locked read without data", "a completion of a locked read"},
    {0x0c, 0x1f, "", "an atomic FetchAdd"},
    {0x0d, 0x1f, "", "an atomic Swap"},
    {0x0e, 0x1f, "", "an atomic CompareAndSwap"},
    {0x10, 0x18, "a message", "a message with data"},
});

struct Meaning {
  std::string_view word, words;
};
// v6.1 drivers/pci/pcie/aer.c aer_error_layer, aer_agent_string; PCI Express Base Specification 6.0, 6.2.2.
constexpr auto layers = std::to_array<Meaning>({
    {"Physical Layer", "physical layer: the signal on the wire"},
    {"Data Link Layer", "data link layer: packets between the two ends of the link, which are sent again when lost"},
    {"Transaction Layer", "transaction layer: a request, or the answer to one"},
});
constexpr auto agents = std::to_array<Meaning>({
    {"Receiver ID", "who received the packet"},
    {"Transmitter ID", "who sent the packet"},
    {"Requester ID", "who had made the request"},
    {"Completer ID", "who was to answer the request"},
});

std::string bus_address(std::uint64_t id) {
  const auto two = [](std::uint64_t n) { return (n < 16 ? "0" : "") + hex(n).substr(2); };
  return two(id >> 8 & 0xff) + ":" + two(id >> 3 & 0x1f) + "." + std::to_string(id & 7);
}

using PacketHeader = std::array<std::uint64_t, 4>;
// "of 4 bytes to 0xf7a00000 by 00:00.0"
std::string packet_words(const PacketHeader& h) {
  const auto format = h[0] >> 29 & 7, type = h[0] >> 24 & 0x1f, words = h[0] & 0x3ff;
  const bool data = format & 2, long_address = format & 1;
  const auto kind = std::ranges::find_if(packet_kinds, [&](const PacketKind& k) { return (type & k.mask) == k.type; });
  if (format > 3 || kind == packet_kinds.end()) return {};
  std::string out(data ? kind->with_data : kind->without_data);
  if (out.empty()) return {};
  const auto length = " of " + std::to_string(4 * (words ? words : 1024)) + " bytes";
  if (type == 0x0a || type == 0x0b)
    return out + (data ? length : "") + " from " + bus_address(h[1] >> 16) + " for " + bus_address(h[2] >> 16);
  if (type >= 0x10) return out + " from " + bus_address(h[1] >> 16);
  if (type == 0x04 || type == 0x05)
    return out + " of " + bus_address(h[2] >> 16) + ", register " + hex(h[2] & 0xffc) + ", by " +
           bus_address(h[1] >> 16);
  const auto address = long_address ? h[2] << 32 | (h[3] & ~3ull) : h[2] & ~3ull;
  return out + length + (data ? " to " : " from ") + hex(address) + ", asked for by " + bus_address(h[1] >> 16);
}

}  // namespace

void tell_layer(const Report& r, Explanation& e, std::string_view id) {
  const auto layer = std::ranges::find(layers, r.fact(fact::type), &Meaning::word);
  const auto agent = std::ranges::find(agents, r.fact(fact::agent), &Meaning::word);
  if (layer == layers.end()) return;
  add_certain(e, id,
              std::string(layer->words) + (agent == agents.end() ? "" : "; told by " + std::string(agent->words)),
              "the AER driver's own line");
}

void tell_packet(const Report& r, Explanation& e, std::string_view id) {
  for (const auto& message : r.messages) {
    Scanner s(message);
    if (!s.skip_to("TLP Header:")) continue;
    PacketHeader header{};
    for (auto& word : header)
      if (!s.blanks().hex(word)) return;
    if (const auto words = packet_words(header); !words.empty())
      add_certain(e, id, "the packet is " + words, "the line \"TLP Header\"");
    return;
  }
}

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
