#include "kinds/control_flow_rules.hpp"

#include <algorithm>
#include <array>

#include "kinds/place.hpp"

namespace unoops::kinds {
namespace {

struct Code {
  std::string_view name, number, words;
};
// v6.6 arch/x86/kernel/cet.c control_protection_err
constexpr auto codes = std::to_array<Code>({
    {"near-ret", "1", "a return went to another address than the shadow stack holds"},
    {"far-ret/iret", "2", "a far return or IRET went to another address than the shadow stack holds"},
    {"endbranch", "3", "an indirect call or jump met no ENDBR instruction at its target"},
    {"rstorssp", "4", "the token that RSTORSSP needs is not on the shadow stack"},
    {"setssbsy", "5", "the token that SETSSBSY needs is not on the shadow stack"},
});

}  // namespace

void tell_control_flow(const Report& r, Explanation& e, std::string_view id) {
  const auto message = first_message(r);
  auto digits = std::string_view(r.headline);
  digits.remove_prefix(std::min(digits.size(), digits.find(": ") + 2));
  digits = digits.substr(0, digits.find(' '));
  const auto number = digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
  const auto at = std::ranges::find_if(codes, [&](const Code& c) {
    return number == c.number ||
           (!message.empty() && message.find("error_code: " + std::string(c.name)) != std::string_view::npos);
  });
  if (at != codes.end()) add_certain(e, id, std::string(at->words), "the error code that the log prints");
}

// "CFI failure at foo+0x15/0x30 [demo] (target: bar+0x0/0x20 [demo]; expected type: 0x1b2c3d4e)" (v6.1 kernel/cfi.c)
void tell_cfi_target(const Report& r, Explanation& e, std::string_view id) {
  for (const auto& message : r.messages) {
    const auto at = message.find("(target: "), end = message.find("; expected type: ");
    if (at == std::string::npos || end == std::string::npos || end < at) continue;
    auto type = message.substr(end + 17);
    type = type.substr(0, type.find(')'));
    return add_certain(
        e, id, "what was called is " + message.substr(at + 9, end - at - 9) + "; the caller expects type " + type,
        "the line \"CFI failure\"");
  }
}

// "traps: Missing ENDBR: foo+0x0/0x30 [demo]" (v6.1 arch/x86/kernel/traps.c exc_control_protection)
void tell_endbr_target(const Report& r, Explanation& e, std::string_view id) {
  for (const auto& message : r.messages)
    if (const auto at = message.find("Missing ENDBR: "); at != std::string::npos)
      return add_certain(e, id, "the target was " + message.substr(at + 15) + ", called from " + place_name(r),
                         "the line \"Missing ENDBR\" and the trace");
}

}  // namespace unoops::kinds
