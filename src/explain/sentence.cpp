#include "explain/sentence.hpp"

#include "base/text.hpp"
#include "explain/rule.hpp"

namespace unoops {
namespace {

std::string gap(std::string_view name, const Report& r) {
  if (name == "culprit") {
    return place_name(r);
  }
  if (name == "cpu") return r.cpu ? std::to_string(*r.cpu) : std::string();
  if (name == "task") return r.comm;
  if (name == "message") return std::string(first_message(r));
  if (name == "size") return r.fault.size ? std::to_string(*r.fault.size) : std::string();
  if (name == "access") return r.fault.access;
  if (name == "address") return r.fault.address ? hex(*r.fault.address) : std::string();
  return std::string(r.fact(name));
}

// Until the closing mark; false in `whole` where a gap without other words was empty.
std::string fill_part(std::string_view part, const Report& r, bool& whole) {
  std::string out;
  while (!part.empty()) {
    const auto open = part.find('{');
    out += part.substr(0, open);
    if (open == std::string_view::npos) break;
    part.remove_prefix(open + 1);
    const auto close = part.find('}');
    auto name = part.substr(0, close);
    part.remove_prefix(close + 1);
    const auto bar = name.find('|');
    auto value = gap(name.substr(0, bar), r);
    if (value.empty() && bar != std::string_view::npos) value = name.substr(bar + 1);
    whole &= !value.empty();
    out += value;
  }
  return out;
}

}  // namespace

std::string_view first_message(const Report& r) {
  for (const auto& message : r.messages) {
    const auto text = trim(message);
    if (text.empty() || text.find_first_not_of("-=*") == std::string_view::npos || text.starts_with("#PF: ") ||
        text.starts_with("PGD ") || text.starts_with("irq event stamp: "))
      continue;
    return text;
  }
  return {};
}

std::string fill(std::string_view sentence, const Report& r) {
  std::string out;
  bool ignored = true;
  while (!sentence.empty()) {
    const auto open = sentence.find('[');
    out += fill_part(sentence.substr(0, open), r, ignored);
    if (open == std::string_view::npos) break;
    sentence.remove_prefix(open + 1);
    const auto close = sentence.find(']');
    bool whole = true;
    const auto part = fill_part(sentence.substr(0, close), r, whole);
    if (whole) out += part;
    sentence.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace unoops
