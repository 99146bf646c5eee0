// KMSAN: v6.1 mm/kmsan/report.c; before it was merged the CPU line and "Call Trace:" stood first.
#include <array>

#include "base/text.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/object_rules.hpp"
#include "kinds/sanitizers.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "uninit-value in foo+0x1/0x2": the frames follow at once.
bool header(std::string_view, Scanner rest, ReportBuilder& d) {
  if (read_bug_type(rest, d).empty()) return false;
  take_ref(rest, d, "BUG: KMSAN");
  d.open_stack("Call Trace");
  return true;
}

// "Local variable path created at:"; in the old fork "Local variable ----path@step_into created at:"
bool local_variable(Scanner rest, ReportBuilder& d) {
  std::string_view name;
  if (rest.until(" created at:", name)) {
    while (name.starts_with('-')) name.remove_prefix(1);
    d.report.set_fact(fact::variable, name.substr(0, name.find('@')));
  }
  return label_line(rest, d);
}

// "Local variable description: ----path@step_into" (the old fork)
bool old_variable(Scanner rest, ReportBuilder& d) {
  std::string_view name;
  while (rest.lit("-")) {
  }
  if (rest.word(name)) d.report.set_fact(fact::variable, name.substr(0, name.find('@')));
  return keep_line(rest, d);
}

// "Bytes 0-3 of 4 are uninitialized"
bool bytes(Scanner rest, ReportBuilder& d) {
  fact_until(rest, " uninitialized", d, fact::uninitialized_bytes);
  return keep_line(rest, d);
}

// "Memory access of size 4 starts at ffff888112345678"
bool memory_access(Scanner rest, ReportBuilder& d) {
  std::uint64_t size = 0, address = 0;
  if (rest.dec(size)) d.report.fault.size = size;
  if (rest.lit(" starts at ") && rest.hex(address)) d.set_fault_address(address);
  return keep_line(rest, d);
}

constexpr auto headers = std::to_array<Header>({{"BUG: KMSAN: ", header}});
constexpr auto sections = std::to_array<Section>({
    {SectionId::stack_label, "Uninit was stored to memory at:", label_line},
    {SectionId::stack_label, "Uninit was created at:", label_line},
    {SectionId::text, "Local variable description: ", old_variable},
    {SectionId::stack_label, "Local variable ", local_variable},
    {SectionId::stack_label, "Variable was created at:", label_line},
    {SectionId::stack_label, "chained origin", label_line},
    {SectionId::stack_label, "origin:", label_line},
    {SectionId::text, "<Zero or more stacks not recorded", keep_line},
    {SectionId::text, "Byte ", bytes},
    {SectionId::text, "Bytes ", bytes},
    {SectionId::text, "Memory access of size ", memory_access},
    {SectionId::text, "Data copied to user address ", keep_line},
});

std::string title(const Report& report, std::string_view culprit) {
  return "KMSAN: " + std::string(report.fact(fact::bug_type)) + " in " + std::string(culprit);
}

// v6.1 mm/kmsan/report.c
constexpr auto kmsan_wordings = std::to_array<Wording>({
    {"bug-type", "kernel-infoleak", "bytes that were never set were copied to user space[ in {culprit}]"},
    {"bug-type", "kernel-usb-infoleak", "bytes that were never set were sent to a USB device[ in {culprit}]"},
    {"bug-type", "uninit-value", "{culprit|the code} used a value that was never set"},
    {"bug-type", "use-after-free", "memory was used after it was freed[ in {culprit}]"},
});

struct Part {
  StackRole role;
  std::string_view words;
};
// v6.1 mm/kmsan/report.c: where the value that was never set comes from
void origin_of_value(const Report& r, Explanation& e, std::string_view id) {
  static constexpr auto parts = std::to_array<Part>({{StackRole::kmsan_created, "the memory comes from "},
                                                     {StackRole::kmsan_stored, "the value was copied there by "},
                                                     {StackRole::kmsan_variable, "the variable is one of "}});
  for (const auto& part : parts)
    for (const auto& stack : r.stacks)
      if (stack.role == part.role)
        if (const auto* frame = user_of(stack)) {
          const auto variable = r.fact(fact::variable);
          add_certain(
              e, id,
              std::string(part.words) + place_of(*frame) +
                  (part.role == StackRole::kmsan_variable && !variable.empty() ? ": " + std::string(variable) : ""),
              "the trace \"" + stack.label + "\"");
          break;
        }
  for (const auto& message : r.messages)
    if (message.starts_with("Bytes ")) add_certain(e, id, "b" + message.substr(1), "the report's own line");
}

// Who handed the data in is meant, not what encrypts any data (crypto/*.c) or sends it.
constexpr std::string_view generic_words =
    "alloc_skb _encrypt _decrypt skcipher scatterwalk hash_walk ^aes ^__aes twofish serpent camellia ^cast5 ^cast6 "
    "^des_ ^des3_ "
    "blowfish ^arc4 ^sm4 ^aria usb_submit_urb usb_start_wait_urb usb_bulk_msg usb_interrupt_msg usb_control_msg";
constexpr auto rules = std::to_array<Rule>({{"value-origin", origin_of_value}});

}  // namespace

extern constinit const Kind kmsan{
    .info = {"kmsan", "KMSAN: uninitialised memory", Severity::error, Trait::bracketed | Trait::runs_in_task, "KMSAN"},
    .headers = headers,
    .sections = sections,
    .title_of = title,
    .sentence = "a value that was never set was used[ in {culprit}]: {bug-type|uninitialised memory}",
    .wordings = kmsan_wordings,
    .culprit = {.from = Culprit::From::headline, .words = generic_words},
    .rules = rules,
    .next = "set the memory where it is made: kzalloc() or __GFP_ZERO, or an initialiser for a variable of the stack",
};

}  // namespace unoops::kinds
