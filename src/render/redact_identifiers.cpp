// What identifies a machine, its disks, or a network: each reader knows one form.
#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "render/redact_numbers.hpp"
#include "render/redact_text.hpp"

namespace unoops::render {

namespace {

bool is_hex_digit(char c) { return is_hex(c); }
bool is_decimal_digit(char c) { return is_digit(c); }

bool ends_word(std::string_view text, std::size_t at) { return at >= text.size() || !is_word(text[at]); }

// So many groups of so many hex digits, with `between` between them; more of them if `open`. Their length, or 0.
std::size_t groups(std::string_view text, std::size_t count, std::size_t digits, char between, bool open) {
  std::size_t length = 0, found = 0;
  while (span_of(text.substr(length, digits + 1), is_hex_digit) == digits) {
    ++found;
    length += digits;
    if (length >= text.size() || text[length] != between) break;
    if (!open && found == count) return 0;
    ++length;
  }
  if (length > 0 && text[length - 1] == between) --length;  // "52:54:00:12:34:56: link is up"
  return found >= count && ends_word(text, length) ? length : 0;
}

// "192.168.0.1"; between may be '-', as in names that clouds make of addresses.
std::size_t ipv4(std::string_view text, char between = '.') {
  std::size_t length = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (length == text.size() || text[length++] != between)) return 0;
    const auto digits = text.substr(length, span_of(text.substr(length, 4), is_decimal_digit));
    unsigned value = 256;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || digits.size() > 3 || value > 255) return 0;
    length += digits.size();
  }
  return ends_word(text, length) ? length : 0;
}

// A version that goes on ("2.6.32.5-amd64", "1.2.3.4.5.6") is no address; the end of a range is one, and two numbers
// behind an address are its port (RFC 5665's universal address).
std::size_t ipv4_or_port(std::string_view text) {
  const auto length = ipv4(text);
  const auto rest = text.substr(length);
  if (length == 0 || rest.size() < 2 || (rest[0] != '.' && rest[0] != '-' && rest[0] != '+') || !is_word(rest[1]))
    return length;
  if (rest[0] == '-' && ipv4(rest.substr(1)) > 0) return length;
  if (rest[0] != '.') return 0;
  const auto first = 1 + span_of(rest.substr(1), is_decimal_digit);
  if (first == 1 || first > 4 || first >= rest.size() || rest[first] != '.') return 0;
  const auto second = first + 1 + span_of(rest.substr(first + 1), is_decimal_digit);
  const bool goes_on = second < rest.size() && (rest[second] == '.' || rest[second] == '-' || is_word(rest[second]));
  return second > first + 1 && !goes_on ? length + second : 0;
}

// "fe80::5054:ff:fe12:3456", "64:ff9b::10.0.0.1"; names of Rust ("core::fmt") have no digits.
std::size_t ipv6(std::string_view text) {
  constexpr std::size_t longest = 40;
  auto length = span_of(text.substr(0, longest), [](char c) { return is_hex(c) || c == ':'; });
  if (text.substr(0, length).ends_with(':') && !text.substr(0, length).ends_with("::")) --length;
  const auto last_colon = text.substr(0, length).rfind(':');
  const auto inner = last_colon == std::string_view::npos ? 0 : ipv4(text.substr(last_colon + 1));
  const auto address = text.substr(0, length);
  const auto gap = address.find("::");
  const bool has_gap = gap != std::string_view::npos;
  if (has_gap && address.find("::", gap + 1) != std::string_view::npos) return 0;
  if (std::ranges::none_of(address, is_decimal_digit)) return 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at < length;) {
    const auto digits = span_of(address.substr(at), is_hex_digit);
    if (digits > 4) return 0;
    count += digits > 0 ? 1 : 0;
    at += digits + 1;
  }
  if (inner > 0 && (has_gap || count == 7)) return last_colon + 1 + inner;
  const bool whole = count == 8 || (has_gap && count >= 2 && count < 8);
  return whole && ends_word(text, length) ? length : 0;
}

// "3d82fc18-4134-17c1-4293-0932e3a60836"; in the name of a unit of systemd the dashes are "\x2d", and JSON doubles the '\'.
std::size_t dashed_uuid(std::string_view text) {
  static constexpr std::string_view dashes[] = {"-", "\\x2d", "\\\\x2d"};
  constexpr std::size_t parts[] = {8, 4, 4, 4, 12};
  std::size_t length = 0;
  for (const auto part : parts) {
    if (length > 0) {
      const auto* dash = std::ranges::find_if(dashes, [&](auto d) { return text.substr(length).starts_with(d); });
      if (dash == std::end(dashes)) return 0;
      length += dash->size();
    }
    if (span_of(text.substr(length, part), is_hex_digit) != part) return 0;
    length += part;
  }
  return ends_word(text, length) ? length : 0;
}

std::optional<Secret> hidden(std::size_t length, std::string_view shown) {
  if (length == 0) return std::nullopt;
  return Secret{length, std::string(shown)};
}

// "enx525400123456": a network interface that is called by its card's address (systemd.net-naming-scheme(7)).
std::size_t named_by_card(std::string_view text) {
  constexpr std::size_t prefix = 3, digits = 12;
  if (!text.starts_with("enx") && !text.starts_with("wlx") && !text.starts_with("wwx")) return 0;
  const bool is_card = span_of(text.substr(prefix, digits + 1), is_hex_digit) == digits;
  return is_card && ends_word(text, prefix + digits) ? prefix + digits : 0;
}

}  // namespace

// "52:54:00:12:34:56", and the longer ones of InfiniBand; "52-54-00-12-34-56", "5254.0012.3456".
std::optional<Secret> mac_address(const Spot& spot) {
  if (!spot.begins_word()) return std::nullopt;
  const auto text = spot.rest();
  if (const auto name = named_by_card(text)) return Secret{name, std::string(text.substr(0, 3)) + "<mac>"};
  if (!is_hex(text.front()) || spot.before() == '.') return std::nullopt;
  if (const auto length = groups(text, 6, 2, ':', true)) return hidden(length, "<mac>");
  if (const auto length = groups(text, 6, 2, '-', false)) return hidden(length, "<mac>");
  return hidden(groups(text, 3, 4, '.', false), "<mac>");
}

std::optional<Secret> ip_address(const Spot& spot) {
  if (!spot.begins_word() || spot.before() == '.') return std::nullopt;
  const auto text = spot.rest();
  for (const std::string_view cloud : {"ip-", "ec2-"})
    if (const auto length = text.starts_with(cloud) ? ipv4(text.substr(cloud.size()), '-') : 0)
      return hidden(cloud.size() + length, "<host>");
  if (!is_hex(text.front())) return std::nullopt;
  // "10.0.0.1-10.0.0.9" is a range, but the end of "linux-6.1.0.1" is a version.
  constexpr std::size_t longest = 16;
  if (spot.before() == '-' && (spot.at < 2 || !is_digit(spot.text[spot.at - 2]))) return std::nullopt;
  if (spot.before() == '-') {
    const auto earlier = spot.text.substr(0, spot.at - 1);
    const auto from = earlier.find_last_not_of(".0123456789") + 1;
    if (earlier.size() - from > longest || ipv4(earlier.substr(from)) == 0) return std::nullopt;
  }
  if (const auto length = ipv4_or_port(text)) return hidden(length, "<ip>");
  return hidden(ipv6(text), "<ip>");
}

// Without the dashes, too, as systemd prints its identifiers.
std::optional<Secret> uuid(const Spot& spot) {
  constexpr std::size_t plain = 32;
  const auto text = spot.rest();
  for (const std::string_view dash : {"\\x2d", "\\\\x2d"})
    if (const auto length = text.starts_with(dash) ? dashed_uuid(text.substr(dash.size())) : 0)
      return Secret{dash.size() + length, std::string(dash) + "<uuid>"};
  if (!spot.begins_word() || !is_hex(text.front())) return std::nullopt;
  if (const auto length = dashed_uuid(text)) return hidden(length, "<uuid>");
  const bool digits = span_of(text.substr(0, plain + 1), is_hex_digit) == plain && ends_word(text, plain);
  return hidden(digits && text.substr(0, plain).find_first_not_of("01") != std::string_view::npos ? plain : 0,
                "<uuid>");
}

// Names of initiators, targets and disks: iSCSI (RFC 3720), NVMe, SCSI.
std::optional<Secret> storage_name(const Spot& spot) {
  if (!spot.begins_word()) return std::nullopt;
  const auto is_name = [](char c) { return is_word(c) || c == '.' || c == ':' || c == '-'; };
  for (const std::string_view kind : {"iqn.", "nqn.", "eui.", "naa.", "t10.", "wwn-"}) {
    if (!spot.rest().starts_with(kind)) continue;
    auto name = spot.rest().substr(0, span_of(spot.rest(), is_name));
    name = name.substr(0, name.find_last_not_of(".:-") + 1);
    if (name.size() > kind.size()) return hidden(name.size(), "<storage>");
  }
  return std::nullopt;
}

// "SHA256:47DEQpj8...": of somebody's key (sshd(8)).
std::optional<Secret> fingerprint(const Spot& spot) {
  static constexpr std::string_view kind = "SHA256:";
  constexpr std::size_t digits = 43;
  if (!spot.begins_word() || !spot.rest().starts_with(kind)) return std::nullopt;
  const auto length = span_of(spot.rest().substr(kind.size()),
                              [](char c) { return (is_word(c) && c != '_') || c == '+' || c == '/' || c == '='; });
  if (length < digits) return std::nullopt;
  return Secret{kind.size() + length, std::string(kind) + "<fingerprint>"};
}

// A pointer that was printed as a number: "18446612682070016000", or signed.
std::optional<Secret> decimal_address(const Spot& spot) {
  constexpr std::uint64_t kernel = 0xff00000000000000;
  const bool is_negative = spot.rest().front() == '-';
  const auto digits = spot.rest().substr(is_negative ? 1 : 0, 21);
  const auto length = span_of(digits, is_decimal_digit);
  if (!spot.begins_word() || spot.before() == '.' || length < 13 || length > 20 || !ends_word(digits, length))
    return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + length, value);
  if (error != std::errc()) return std::nullopt;
  if (is_negative) value = ~value + 1;
  if (value < kernel || !is_place(value)) return std::nullopt;
  return Secret{length + (is_negative ? 1 : 0), "<address>"};
}

}  // namespace unoops::render
