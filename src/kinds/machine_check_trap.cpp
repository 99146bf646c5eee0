// Machine checks that come as an exception of the instruction: powerpc. v6.1 arch/powerpc/kernel/traps.c
// machine_check_generic and its likes, arch/powerpc/kernel/mce.c machine_check_print_event_info.
//   "Machine check in kernel mode."
//   "Caused by (from SRR1=41000): Transfer error ack signal"
//   "MCE: CPU27: machine check (Severe)  UE Load/Store [Not recovered]"                     since v5.2
//   "Severe Machine check interrupt [Not recovered]"                                        to v5.1
//   "Oops: Machine check, sig: 7 [#1]"                                                      behind each of them
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// The words behind the class, "UE Load/Store".
bool severe(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view words;
  if (!only_prefixes(before.substr(0, before.find("MCE: CPU"))) || !rest.until("[Not recovered]", words)) return false;
  words = words.substr(0, words.find(" DAR: "));
  if (const auto error = trim(words); !error.empty()) d.report.set_fact(fact::error, error);
  return true;
}

// "Caused by (from SRR1=41000): Transfer error ack signal"
bool cause(Scanner rest, ReportBuilder& d) {
  if (rest.skip_to("): ")) d.report.set_fact(fact::error, trim(rest.rest()));
  return keep_line(rest, d);
}

// "  Error type: UE [Load/Store]"
bool type(Scanner rest, ReportBuilder& d) {
  d.report.set_fact(fact::error, trim(rest.rest()));
  return keep_line(rest, d);
}

// "27: Hardware error", "27: Probable Software error (some chance of hardware cause)": mc_error_class, since v5.3
bool mce_line(Scanner rest, ReportBuilder& d) {
  int cpu = 0;
  if (rest.dec(cpu) && rest.lit(": ") &&
      (rest.rest().ends_with("ware error") || rest.rest().find("ware error (some") != std::string_view::npos))
    d.report.set_fact(fact::severity_text, rest.rest());
  return keep_line(rest, d);
}

struct ErrorType {
  std::string_view word, meaning, next;
};
// v6.1 arch/powerpc/kernel/mce.c machine_check_print_event_info
constexpr auto types = std::to_array<ErrorType>({
    {"UE", "UE: memory (or a cache) held data that could not be corrected",
     "replace the memory module that the firmware's event log names: memory is failing"},
    {"SLB", "SLB: an entry of the CPU's segment table was damaged or there twice", {}},
    {"ERAT", "ERAT: an entry of the CPU's address cache was damaged or there twice", {}},
    {"TLB", "TLB: an entry of the CPU's address cache was damaged or there twice", {}},
    {"Real address", "real address: nothing, or nothing that may be accessed so, is at the physical address",
     "see which device the address belongs to: a wrong mapping, or a device that is off"},
    {"Link", "link: a device or another chip did not answer in time",
     "look at the device that was accessed, and for PCI errors (EEH) before this"},
    {"D-Cache", "a data cache of the CPU failed", "replace the CPU if it happens again"},
    {"I-Cache", "an instruction cache of the CPU failed", "replace the CPU if it happens again"},
});

void tell_type(const Report& r, Explanation& e, std::string_view id) {
  const auto type = std::ranges::find_if(
      types, [&](const ErrorType& t) { return r.fact(fact::error).starts_with(std::string(t.word) + " "); });
  if (type != types.end()) {
    add_certain(e, id, std::string(type->meaning), "the kernel's name of the error");
    if (!type->next.empty()) add_step(e, std::string(type->next));
  }
  if (const auto who = r.fact(fact::severity_text); !who.empty())
    add_certain(e, id, "the kernel's own judgement: " + std::string(who), "the line of the machine check");
}

constexpr auto rules = std::to_array<Rule>({{"machine-check-type", tell_type}});

constexpr auto headers = std::to_array<Header>({
    {"Machine check in kernel mode", plain_header},
    {": machine check (Severe)", severe},
    {"Severe Machine check interrupt ", severe},
});
constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "Caused by (from ", cause},
    {SectionId::text, "Error type: ", type},
    {SectionId::text, "Initiator: ", keep_line},
    {SectionId::text, "Effective address: ", keep_line},
    {SectionId::text, "Physical address: ", keep_line},
    {SectionId::text, "MCE: CPU", mce_line},
});

// Where the lines before the oops are lost.
bool is_machine_check(const Report& r) { return r.fact(fact::die).find("Machine check") != std::string_view::npos; }

}  // namespace

extern constinit const Kind oops;
extern constinit const Kind machine_check_trap{
    .info = {"machine-check-trap", "machine check exception", Severity::error},
    .headers = headers,
    .sections = sections,
    .title = "Machine check",
    .sentence =
        "the bus, memory or the CPU itself reported an error (machine check)[ in {culprit}][: {error}]; most often a "
        "device that is off or a wrong register address, or failing memory",
    .rules = rules,
    .next = "look for the machine's own records (rasdaemon, the firmware's event log): they name the part that failed",
    .refines = &oops,
    .claims = is_machine_check,
};

}  // namespace unoops::kinds
