// UBSAN: v6.1 lib/ubsan.c; trap mode v6.9 lib/ubsan.c report_ubsan_trap, arch/arm64/kernel/traps.c, v6.13
// arch/x86/kernel/traps.c.
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "Undefined behaviour in kernel/time/hrtimer.c:310:16"     to v5.8
// "array-index-out-of-bounds in fs/x.c:12:3"
// "array index out of bounds at foo+0x1/0x2"                trap mode on x86: an invalid opcode follows
bool header(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!only_prefixes(before)) return false;
  std::string_view type;
  if (Scanner s = rest; s.until(" in ", type)) {
    const bool old = type == "Undefined behaviour";
    if (!old && type.find(' ') != std::string_view::npos) return false;
    d.report.set_fact(fact::bug_type, old ? "undefined-behaviour" : type);
    fact_until(s, "", d, fact::place);
    return true;
  }
  if (!rest.until(" at ", type)) return false;
  d.report.set_fact(fact::bug_type, type);
  return take_ref(rest, d, "UBSAN");
}

// "Internal error: UBSAN: array index out of bounds: 00000000f2005512 [#1] PREEMPT SMP"
bool arm64_trap(std::string_view, Scanner rest, ReportBuilder& d) {
  std::string_view type;
  int number = 0;
  if (!rest.until(": ", type)) return false;
  d.report.set_fact(fact::bug_type, type);
  fact_until(rest, " [#", d, fact::esr);
  if (rest.skip_to("[#") && rest.dec(number)) d.report.die_number = number;
  d.die = true;
  return true;
}

bool detail(Scanner, ReportBuilder& d) {
  if (d.report.fact(fact::detail).empty()) d.report.set_fact(fact::detail, line_text(d));
  d.add_message(line_text(d));
  return true;
}

constexpr auto headers = std::to_array<Header>({{"Internal error: UBSAN: ", arm64_trap}, {"UBSAN: ", header}});
// v6.1 lib/ubsan.c, and to v5.8 the words of the checks.
constexpr auto sections = std::to_array<Section>({
    {SectionId::detail, "signed integer overflow:", detail},
    {SectionId::detail, "unsigned integer overflow:", detail},
    {SectionId::detail, "index ", detail},
    {SectionId::detail, "shift exponent ", detail},
    {SectionId::detail, "left shift of ", detail},
    {SectionId::detail, "division ", detail},
    {SectionId::detail, "negation of ", detail},
    {SectionId::detail, "load of ", detail},
    {SectionId::detail, "store to ", detail},
    {SectionId::detail, "reference binding to ", detail},
    {SectionId::detail, "member access within ", detail},
    {SectionId::detail, "member call on ", detail},
    {SectionId::detail, "constructor call on ", detail},
    {SectionId::detail, "downcast of ", detail},
    {SectionId::detail, "upcast of ", detail},
    {SectionId::detail, "cast to virtual base of ", detail},
    {SectionId::detail, "_Nonnull binding to ", detail},
    {SectionId::detail, "dynamic operation on ", detail},
    {SectionId::detail, "which requires ", detail},
    {SectionId::detail, "for an object of type ", detail},
    {SectionId::detail, "calling __builtin_unreachable()", detail},
    {SectionId::detail, "execution reached ", detail},
    {SectionId::detail, "variable length array bound value ", detail},
    {SectionId::detail, "assumption of ", detail},
    {SectionId::detail, "offset address is ", detail},
    {SectionId::detail, "address is ", detail},
});

// "1 + 2147483647 cannot be represented in type 'int'"
// "null pointer passed as argument 1, declared with nonnull attribute"
bool other_detail(std::string_view text, ReportBuilder& d) {
  const bool known = text.find(" cannot be represented in type ") != std::string_view::npos ||
                     text.find(" is out of range for type ") != std::string_view::npos ||
                     text.starts_with("null pointer ");
  return known && !d.block.cpu && detail(Scanner(text), d);
}

std::string title(const Report& report, std::string_view culprit) {
  std::string type(report.fact(fact::bug_type));
  for (char& c : type)
    if (c == ' ') c = '-';
  return "UBSAN: " + type + " in " + std::string(culprit);
}

// v6.1 lib/ubsan.c
constexpr auto ubsan_wordings = std::to_array<Wording>({
    {"bug-type", "array-index-out-of-bounds", "an index lies outside its array[ at {place}][: {detail}]"},
    {"bug-type", "array index out of bounds", "an index lies outside its array[ at {place}][: {detail}]"},
    {"bug-type", "shift", "a value was shifted by too many bits, or by a negative number[ at {place}][: {detail}]"},
    {"bug-type", "signed-integer-overflow", "a signed number ran over[ at {place}][: {detail}]"},
    {"bug-type", "division-overflow", "a division by zero, or one that runs over[ at {place}][: {detail}]"},
    {"bug-type", "invalid-load", "a variable holds a value that its type can't have[ at {place}][: {detail}]"},
    {"bug-type", "misaligned-access",
     "a pointer that is not aligned as its type needs was used[ at {place}][: {detail}]"},
    {"bug-type", "object-size-mismatch", "an access goes past the object that it is for[ at {place}][: {detail}]"},
    {"bug-type", "null-ptr-deref", "a NULL pointer was used[ at {place}][: {detail}]"},
    {"bug-type", "unreachable", "code was reached that the compiler holds impossible[ at {place}]"},
});

}  // namespace

extern constinit const Kind ubsan{
    .info = {"ubsan", "UBSAN: undefined behaviour", Severity::error, Trait::bracketed, "UBSAN"},
    .headers = headers,
    .sections = sections,
    .line = other_detail,
    .title_of = title,
    .sentence = "what C leaves undefined was done[ ({bug-type})][ at {place}][: {detail}]",
    .wordings = ubsan_wordings,
    .culprit = {.from = Culprit::From::headline,
                .words = "ubsan overflow roundup_pow_of_two rounddown_pow_of_two ilog2"},
    .next =
        "check the value in {culprit} before it is used, where it comes from outside: a device, a file or user space",
    .goes_on = same_place,
};

}  // namespace unoops::kinds
