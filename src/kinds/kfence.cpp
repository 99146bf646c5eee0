// KFENCE: v6.1 mm/kfence/report.c; to v5.14 the object and "allocated by" stood on one line.
#include <array>

#include "base/text.hpp"
#include "grammar/pc_kind.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/object_rules.hpp"
#include "kinds/sanitizers.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "use-after-free read in foo+0x1/0x2", "memory corruption in ...", "invalid free in ..."
bool header(std::string_view, Scanner rest, ReportBuilder& d) {
  const auto type = read_bug_type(rest, d);
  if (type.empty()) return false;
  const bool reads = type.ends_with(" read"), writes = type.ends_with(" write");
  if (reads || writes) d.report.fault.access = reads ? Access::read : Access::write;
  take_ref(rest, d, "BUG: KFENCE");
  return true;
}

// Frames follow:
// "Use-after-free read at 0x00000000ab (in kfence-#69):"
// "Corrupted memory at 0x... [ 0x2a . ! ] (in kfence-#37):"
bool what(Scanner rest, ReportBuilder& d) {
  std::uint64_t address = 0;
  if (rest.skip_to(" 0x") && rest.hex(address)) d.set_fault_address(address);
  keep_line(rest, d);
  d.open_stack("Call Trace");
  d.next_pc = label_pc(line_text(d));
  return true;
}
bool whole(Scanner, ReportBuilder& d) { return what(Scanner(line_text(d)), d); }

bool by_task(std::string_view word, Scanner rest, ReportBuilder& d) {
  int pid = 0;
  if (!rest.dec(pid)) return false;
  d.in_stack = false;
  d.mark = {};
  d.open_stack(std::string(word) + " by task " + std::to_string(pid)).pid = pid;
  return true;
}
bool allocated_by(Scanner rest, ReportBuilder& d) { return by_task("Allocated", rest, d); }
bool freed_by(Scanner rest, ReportBuilder& d) { return by_task("Freed", rest, d); }

// "kfence-#12: 0x...-0x..., size=32, cache=kmalloc-32"
// "kfence-#33 [0x...-0x..., size=32, cache=kmalloc-32] allocated by task 116:"
bool object(Scanner rest, ReportBuilder& d) {
  keep_line(rest, d);
  std::string_view place;
  Scanner s = rest;
  if (!s.until(", size=", place)) return true;  // "kfence-#5 unused": nothing was ever there
  d.report.set_fact(fact::region, trim(place.substr(std::min(place.find(' '), place.size()))));
  fact_until(s, ", cache=", d, fact::object_size);
  if (s.skip_to("cache=")) {
    auto cache = s.rest();
    cache = cache.substr(0, cache.find("] allocated by task "));
    d.report.set_fact(fact::object_cache, trim(cache));
  }
  if (rest.skip_to("] allocated by task ")) return allocated_by(rest, d);
  return true;
}

constexpr auto headers = std::to_array<Header>({{"BUG: KFENCE: ", header}});
constexpr auto sections = std::to_array<Section>({
    {SectionId::stack_label, "Out-of-bounds ", whole},
    {SectionId::stack_label, "Use-after-free ", whole},
    {SectionId::stack_label, "Corrupted memory at ", whole},
    {SectionId::stack_label, "Invalid read at ", whole},
    {SectionId::stack_label, "Invalid write at ", whole},
    {SectionId::stack_label, "Invalid free of ", whole},
    {SectionId::stack_label, "kfence-#", object},
    {SectionId::stack_label, "allocated by task ", allocated_by},
    {SectionId::stack_label, "freed by task ", freed_by},
    {SectionId::stack_label, "rcu freeing by task ", freed_by},
});

std::string title(const Report& report, std::string_view culprit) {
  return "KFENCE: " + std::string(report.fact(fact::bug_type)) + " in " + std::string(culprit);
}

constexpr auto rules = std::to_array<Rule>({object_life, use_after_free});

}  // namespace

extern constinit const Kind kfence{
    .info = {"kfence", "KFENCE: bad memory access", Severity::error, Trait::checked_access | Trait::bracketed,
             "KFENCE"},
    .headers = headers,
    .sections = sections,
    .title_of = title,
    .sentence = "{bug-type|bad memory access}[ in {culprit}][, object of {object-cache} ({object-size} bytes)]",
    .culprit = {.from = Culprit::From::headline},
    .rules = rules,
    .next =
        "look at what {culprit} computes the address from; a kernel with KASAN checks every access, KFENCE only some "
        "objects",
    .goes_on = same_access,
};

}  // namespace unoops::kinds
