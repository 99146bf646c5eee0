// Machine checks that come as an exception of the instruction: powerpc. v6.1 arch/powerpc/kernel/traps.c
// machine_check_generic and its likes, arch/powerpc/kernel/mce.c machine_check_print_event_info.
//   "Machine check in kernel mode."
//   "Caused by (from SRR1=41000): Transfer error ack signal"
//   "MCE: CPU27: machine check (Severe)  UE Load/Store [Not recovered]"                     since v5.2
//   "Severe Machine check interrupt [Not recovered]"                                        to v5.1
//   "Oops: Machine check, sig: 7 [#1]"                                                      behind each of them
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
    {SectionId::text, "MCE: CPU", keep_line},
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
    .next = "look for the machine's own records (rasdaemon, the firmware's event log): they name the part that failed",
    .refines = &oops,
    .claims = is_machine_check,
};

}  // namespace unoops::kinds
