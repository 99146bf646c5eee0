#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "render/redact_text.hpp"

namespace unoops::render {

namespace {

// How many characters from the front `is` holds of.
template <class Is>
std::size_t span_of(std::string_view text, Is is) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is) - text.begin());
}

// Each reads one identifier at the front of the text, and says its length: 0, there is none.

// "52:54:00:12:34:56", and the longer ones of InfiniBand.
std::size_t card(std::string_view text) {
  constexpr std::size_t octet = 3, shortest = 6 * octet - 1;
  std::size_t length = 0;
  while (span_of(text.substr(length), is_hex) == 2) {
    length += octet;
    if (length > text.size() || text[length - 1] != ':') break;
  }
  return length > shortest ? length - 1 : 0;  // without the colon, or the end, behind the last one
}

// "192.168.0.1"; a version that goes on ("2.6.32.5-amd64") is none.
std::size_t ipv4(std::string_view text) {
  std::size_t length = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (length == text.size() || text[length++] != '.')) return 0;
    const auto digits = text.substr(length, span_of(text.substr(length), is_digit));
    unsigned value = 256;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || digits.size() > 3 || value > 255) return 0;
    length += digits.size();
  }
  const auto rest = text.substr(length);
  const bool goes_on = rest.size() > 1 && (rest[0] == '.' || rest[0] == '-' || rest[0] == '+') && is_word(rest[1]);
  return goes_on ? 0 : length;
}

// "fe80::5054:ff:fe12:3456"; names of Rust ("core::fmt") have no digits.
std::size_t ipv6(std::string_view text) {
  auto length = span_of(text, [](char c) { return is_hex(c) || c == ':'; });
  if (text.substr(0, length).ends_with(':') && !text.substr(0, length).ends_with("::")) --length;
  const auto address = text.substr(0, length);
  const auto gap = address.find("::");
  const bool has_gap = gap != std::string_view::npos;
  if (has_gap && address.find("::", gap + 1) != std::string_view::npos) return 0;
  if (std::ranges::none_of(address, is_digit)) return 0;
  std::size_t groups = 0;
  for (std::size_t at = 0; at < length;) {
    const auto digits = span_of(address.substr(at), is_hex);
    if (digits > 4) return 0;
    groups += digits > 0 ? 1 : 0;
    at += digits + 1;
  }
  return groups == 8 || (has_gap && groups >= 2 && groups < 8) ? length : 0;
}

// "3d82fc18-4134-17c1-4293-0932e3a60836", and without the dashes, as systemd prints its identifiers.
std::size_t uuid(std::string_view text) {
  constexpr std::size_t parts[] = {8, 4, 4, 4, 12}, whole = 32;
  const auto digits = span_of(text, is_hex);
  if (digits == whole) return text.substr(0, whole).find_first_not_of("01") == std::string_view::npos ? 0 : whole;
  std::size_t length = 0;
  for (const auto part : parts) {
    if (length > 0 && (length == text.size() || text[length++] != '-')) return 0;
    if (span_of(text.substr(length), is_hex) != part) return 0;
    length += part;
  }
  return length;
}

// "://user:password@"
std::size_t login(std::string_view text) {
  if (!text.starts_with("://")) return 0;
  const auto end = text.find_first_of("@/ \t\"'", 3);
  return end != std::string_view::npos && text[end] == '@' && end > 3 ? end + 1 : 0;
}

struct Identifier {
  std::size_t (*read)(std::string_view);
  std::string_view shown_as;
};

constexpr Identifier identifiers[] = {{card, "<mac>"}, {ipv4, "<ip>"}, {ipv6, "<ip>"}, {uuid, "<uuid>"}};

}  // namespace

std::string without_identifiers(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto rest = text.substr(at);
    if (const auto length = login(rest)) {
      out += "://<login>@";
      at += length;
      continue;
    }
    if (!is_hex(text[at])) {
      out += text[at++];
      continue;
    }
    // A whole word: "v1.2.3.4" and "1.2.3.4.5" are no addresses.
    const bool begins = at == 0 || (!is_word(text[at - 1]) && text[at - 1] != '.' && text[at - 1] != '-');
    std::size_t length = 0;
    for (const auto& one : identifiers) {
      if (length > 0 || !begins) break;
      length = one.read(rest);
      if (length < rest.size() && is_word(rest[length])) length = 0;
      if (length > 0) out += one.shown_as;
    }
    if (length == 0) {
      length = span_of(rest, [](char c) { return is_word(c); });
      out += rest.substr(0, length);
    }
    at += length;
  }
  return out;
}

}  // namespace unoops::render
