// KASAN: v6.1 mm/kasan/report.c, report_generic.c, report_tags.c.
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"

namespace unoops {
namespace {

// "BUG: KASAN: slab-use-after-free in foo+0x1/0x2 [mod]"; "... in foo+0x1/0x2 at addr ffff8801" (to v4.10)
bool header(std::string_view, Scanner rest, Draft& d) {
  std::string_view type;
  if (!rest.blanks().until(" in ", type) && !rest.until(" on address ", type)) type = trim(rest.rest());
  d.report.set_fact("bug-type", trim(type));
  d.bracket = true;
  take_ref(rest, d, "BUG: KASAN", PcKind::return_address);
  return true;
}

// "Read of size 4 at addr ffff88800289300c by task trig/55"
bool access(std::string_view word, Scanner rest, Draft& d) {
  auto& r = d.report;
  r.fault.access = word;
  std::uint64_t size = 0, address = 0;
  if (rest.lit("of size ") && rest.dec(size)) r.fault.size = size;
  if (rest.skip_to("addr ") && rest.hex(address)) d.set_fault_address(address);
  std::string_view comm;
  std::int64_t pid = 0;
  if (rest.skip_to("by task ") && rest.until_last("/", comm) && rest.dec(pid)) {
    r.comm = comm;
    r.pid = pid;
  }
  return true;
}
bool read_of(Scanner rest, Draft& d) { return access("read", rest, d); }
bool write_of(Scanner rest, Draft& d) { return access("write", rest, d); }

// "Allocated by task 55:", "Freed by task 7:", "Last potentially related work creation:"
bool stack_of(Scanner, Draft& d) {
  auto label = trim(d.line->text);
  if (label.ends_with(':')) label.remove_suffix(1);
  d.open_stack(label);
  d.block.trace = true;
  d.context.clear();
  return true;
}

bool message(Scanner, Draft& d) {
  d.in_stack = false;
  d.add_message(trim_right(d.line->text));
  return true;
}

constexpr auto headers = std::to_array<Header>({{"BUG: KASAN: ", header}, {"BUG: KASan: ", header}});
constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "Read ", read_of},
    {SectionId::text, "Write ", write_of},
    {SectionId::stack_label, "Allocated by task ", stack_of},
    {SectionId::stack_label, "Freed by task ", stack_of},
    {SectionId::stack_label, "Last potentially related work creation:", stack_of},
    {SectionId::stack_label, "Second to last potentially related work creation:", stack_of},
    {SectionId::stack_label, "Last call_rcu():", stack_of},
    {SectionId::stack_label, "Second to last call_rcu():", stack_of},
    {SectionId::stack_label, "Allocated:", stack_of},
    {SectionId::stack_label, "Freed:", stack_of},
    {SectionId::text, "The buggy address ", message},
    {SectionId::text, "Memory state around the buggy address:", message},
});

std::string title(const Report& report, std::string_view culprit) {
  std::string text = "KASAN: " + std::string(report.fact("bug-type"));
  if (!report.fault.access.empty()) text += report.fault.access == "write" ? " Write" : " Read";
  return text + " in " + std::string(culprit);
}

}  // namespace

extern constinit const Kind kasan;
constinit const Kind kasan{
    .info = {"kasan", "KASAN: bad memory access", Severity::error},
    .headers = headers,
    .sections = sections,
    .bracketed = true,
    .title_of = title,
    .culprit = {.from = Culprit::From::headline},
};

}  // namespace unoops
