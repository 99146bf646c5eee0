// What the fault's address, access and instruction say.
#include <array>

#include "explain/rule.hpp"

namespace unoops {
namespace {

void address(const Report& r, Explanation& e, std::string_view id) {
  if (r.fault.address && !r.fault.address_note.empty()) add_finding(e, id, hex(*r.fault.address) + " is " + r.fault.address_note);
}

void error_code(const Report& r, Explanation& e, std::string_view id) {
  if (r.fault.error_bits.empty()) return;
  std::string words;
  for (const auto& bit : r.fault.error_bits) words += (words.empty() ? "" : ", ") + bit;
  const auto& code = r.fault.esr.empty() ? r.fault.error_code : r.fault.esr;
  add_finding(e, id, "error code " + (code.starts_with("0x") ? code : "0x" + code) + ": " + words);
}

void doubts(const Report& r, Explanation& e, std::string_view id) {
  for (const auto& doubt : r.site.doubts) add_finding(e, id, doubt, {}, Confidence::likely);
}

// An error pointer: the errno is in the base register, not in the sum.
void error_pointer(const Report& r, Explanation& e, std::string_view) {
  if (r.fault.address_class == "err-ptr") add_step(e, "check the result with IS_ERR() before it is used, or find what left the pointer NULL");
}

void freed(const Report& r, Explanation& e, std::string_view) {
  if (r.fault.address_class == "poison") add_step(e, "boot with slub_debug=FZPU or a KASAN kernel: it shows who freed the object");
}

constexpr auto rows = std::to_array<Rule>({
    {"address", address},
    {"error-code", error_code},
    {"fault-site", doubts},
    {"error-pointer", error_pointer},
    {"freed-memory", freed},
});

}  // namespace

std::span<const Rule> fault_rules() { return rows; }

}  // namespace unoops
