#include "kinds/skb.hpp"

#include <optional>
#include <string_view>

#include "grammar/scanner.hpp"
#include "kinds/kasan_memory.hpp"
#include "kinds/place.hpp"
#include "kinds/rule.hpp"

namespace unoops::kinds {
namespace {

// v6.1 net/core/skbuff.c skb_panic: "skbuff: skb_over_panic: text:ffffffffc0012345 len:120 put:100 head:ffff8881
// data:ffff8881 tail:0x84 end:0x40 dev:eth0". tail and end are offsets from head on 64 bits, pointers on 32.
struct Panic {
  bool over = false;
  std::uint64_t len = 0, put = 0, head = 0, data = 0, tail = 0, end = 0;
  std::string_view device;
};

bool number(Scanner& s, std::string_view name, bool is_hex, std::uint64_t& value) {
  if (!s.skip_to(name)) return false;
  s.lit("0x");
  return is_hex ? s.hex(value) : s.dec(value);
}

std::optional<Panic> panic_of(const Report& r) {
  Panic p;
  const auto* line = find_message_with(r, "skb_over_panic: ");
  p.over = line != nullptr;
  if (!line) line = find_message_with(r, "skb_under_panic: ");
  if (!line) return std::nullopt;
  Scanner s(*line);
  if (!number(s, " len:", false, p.len) || !number(s, " put:", false, p.put) || !number(s, " head:", true, p.head) ||
      !number(s, " data:", true, p.data) || !number(s, " tail:", true, p.tail) || !number(s, " end:", true, p.end))
    return std::nullopt;
  if (s.lit(" dev:")) s.word(p.device);
  return p;
}

// How many bytes it leaves the buffer by; 0: the numbers do not say (hashed addresses).
std::uint64_t beyond(const Panic& p) {
  if (p.over) return p.tail > p.end ? p.tail - p.end : 0;
  return p.data < p.head && p.head - p.data <= p.put ? p.head - p.data : 0;
}

std::string call_of(const Panic& p) { return (p.over ? "skb_put(" : "skb_push(") + std::to_string(p.put) + ")"; }

}  // namespace

std::string skb_words(const Report& r) {
  const auto p = panic_of(r);
  if (!p) return {};
  const auto away = beyond(*p);
  const std::string end = p->over ? "over the end" : "over the start";
  std::string text =
      call_of(*p) + (away ? " runs " + bytes_of(away) + " " : " runs ") + end + " of a network packet's buffer";
  if (!p->device.empty() && p->device != "<NULL>") text += ", device " + std::string(p->device);
  return text;
}

void tell_skb(const Report& r, Explanation& e, std::string_view id) {
  const auto p = panic_of(r);
  if (!p) return;
  constexpr std::string_view evidence = "the numbers of the skb's line";
  const auto away = beyond(*p);
  const auto was = p->len - p->put;
  std::string text = "it held " + bytes_of(was) + ", " + std::to_string(p->put) + " were to be added " +
                     (p->over ? "at its end" : "in front");
  if (away && away <= p->put)
    text += ": there was room for " + std::to_string(p->put - away) + (p->over ? " (tailroom)" : " (headroom)");
  if (p->len >= p->put) add_certain(e, id, std::move(text), std::string(evidence));
  const auto place = place_or(r, "the caller");
  add_step(e, p->over ? "in " + place +
                            ", compare the size that the skb was allocated with (alloc_skb(), "
                            "netdev_alloc_skb()) and what is put into it: check skb_tailroom() first"
                      : "in " + place +
                            ", make room in front before: skb_reserve() where it is allocated, or "
                            "skb_cow_head() for " +
                            bytes_of(p->put));
}

}  // namespace unoops::kinds
