// KASAN: v6.1 mm/kasan/report.c, report_generic.c, report_tags.c; v4.3 mm/kasan/report.c with SLUB's own dump inside.
#include <algorithm>
#include <array>
#include <string>

#include "base/hex.hpp"
#include "base/text.hpp"
#include "grammar/pc_kind.hpp"
#include "grammar/symbol_ref.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kasan_memory.hpp"
#include "kinds/kasan_rules.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "BUG: KASAN: slab-use-after-free in foo+0x1/0x2 [mod]"
// "BUG: KASAN: use-after-free in foo+0x1/0x2 at addr ffff8801"          to v4.10
// "BUG: KASAN: null-ptr-deref on address 0000000000000004"              to v4.10
bool header(std::string_view, Scanner rest, ReportBuilder& d) {
  std::string_view type;
  if (!rest.blanks().until(" in ", type) && !rest.until(" on address ", type)) type = trim(rest.rest());
  std::string name(trim(type));
  if (name.empty()) return false;
  if (name.find(" or ") == std::string::npos)
    for (char& c : name)
      if (c == ' ') c = '-';
  d.report.set_fact(fact::bug_type, name);
  take_ref(rest, d, "BUG: KASAN");
  return true;
}

// "of size 4 at addr ffff88800289300c by task trig/55", "at addr ffff... by task x/1" (hardware tags)
bool access(Access done, Scanner rest, ReportBuilder& d) {
  auto& r = d.report;
  if (done != Access::unknown) r.fault.access = done;
  std::uint64_t size = 0, address = 0;
  if (Scanner s = rest; s.lit("of size ") && s.dec(size)) r.fault.size = size;
  if (Scanner s = rest; s.skip_to("addr ") && s.hex(address)) d.set_fault_address(address);
  std::int64_t pid = 0;
  if (rest.skip_to("by task ") && read_comm_pid(rest.rest(), r.comm, pid)) r.pid = pid;
  return keep_line(rest, d);
}
bool read_of(Scanner rest, ReportBuilder& d) { return access(Access::read, rest, d); }
bool write_of(Scanner rest, ReportBuilder& d) { return access(Access::write, rest, d); }
bool free_of(Scanner rest, ReportBuilder& d) { return access({}, rest, d); }

// "Pointer tag: [f5], memory tag: [fe]"
bool tags(Scanner rest, ReportBuilder& d) {
  fact_until(rest, "]", d, fact::pointer_tag);
  if (rest.skip_to("memory tag: [")) fact_until(rest, "]", d, fact::memory_tag);
  return keep_line(rest, d);
}

bool hex_fact(Scanner rest, ReportBuilder& d, FactName name) {
  fact_until(rest, "", d, name);
  return keep_line(rest, d);
}
bool object_at(Scanner rest, ReportBuilder& d) { return hex_fact(rest, d, fact::object_address); }

// "which belongs to the cache kmalloc-64 of size 64"; names may hold blanks
bool cache(Scanner rest, ReportBuilder& d) {
  std::string_view name;
  if (!rest.until_last(" of size ", name)) return false;
  d.report.set_fact(fact::object_cache, name);
  fact_until(rest, "", d, fact::object_size);
  return keep_line(rest, d);
}

// "located 12 bytes inside of"
// "located 0 bytes to the right of"     since v6.4 the rest of the sentence is on the next line
bool located(Scanner rest, ReportBuilder& d) {
  std::uint64_t bytes = 0;
  if (rest.dec(bytes) && rest.lit(" bytes ")) {
    auto side = trim(rest.rest());
    if (side.ends_with(" of")) side.remove_suffix(3);
    d.report.set_fact(fact::location_bytes, std::to_string(bytes));
    d.report.set_fact(fact::location, side);
  }
  return keep_line(rest, d);
}

// "allocated 64-byte region [ffff..., ffff...)"
bool region(std::string_view state, Scanner rest, ReportBuilder& d) {
  if (!state.empty()) d.report.set_fact(fact::region_state, state);
  if (rest.skip_to("region [")) fact_until(rest, ")", d, fact::region);
  return keep_line(rest, d);
}
bool allocated_region(Scanner rest, ReportBuilder& d) { return region("allocated", rest, d); }
bool freed_region(Scanner rest, ReportBuilder& d) { return region("freed", rest, d); }

// "page vmalloc region starting at 0x... allocated at foo+0x1/0x2" behind "The buggy address belongs to a 2-"
bool belongs_to_a(Scanner rest, ReportBuilder& d) {
  take_ref(rest, d, "vmalloc region allocated at");
  return keep_line(rest, d);
}

// "is located at offset 32 in frame:"
// "addr ffff... is located in stack of task x/1 at offset 32 in frame:"     to v5.19
bool in_frame(Scanner rest, ReportBuilder& d) {
  if (rest.skip_to("at offset ")) fact_until(rest, " in frame", d, fact::stack_offset);
  keep_line(rest, d);
  d.open_stack("in frame");
  d.next_pc = label_pc(line_text(d));
  return true;
}

// "Address belongs to variable foo+0x1/0x2" (to v4.10)
bool old_variable(Scanner rest, ReportBuilder& d) {
  take_ref(rest, d, "Address belongs to variable");
  return keep_line(rest, d);
}

// "[32, 36) 'name'", "[32, 96) 'buf' (line 12)"; rows of the shadow memory
bool row(std::string_view text, ReportBuilder& d) {
  text = trim_left(text);
  Scanner s(text);
  std::uint64_t from = 0, to = 0;
  const bool object = s.lit("[") && s.dec(from) && s.lit(", ") && s.dec(to) && s.lit(") '");
  const bool vmalloc = text.find("-page vmalloc region starting at ") != std::string_view::npos;
  if (!object && !vmalloc && !is_hex_row(text) && !is_caret(text)) return false;
  if (object) fact_until(s, "'", d, fact::stack_object);
  if (vmalloc) return belongs_to_a(Scanner(text), d);
  return keep_line(s, d);
}

// v4.3 to v4.10: "PID = 123" under "Allocated:"; the frames follow.
bool old_pid(Scanner rest, ReportBuilder& d) {
  if (!d.in_stack) return false;
  int pid = 0;
  if (rest.dec(pid)) d.report.stacks.back().pid = pid;
  return true;
}

constexpr auto headers = std::to_array<Header>({{"BUG: KASAN: ", header}, {"BUG: KASan: ", header}});
constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "Read of size ",
     [](Scanner, ReportBuilder& d) { return read_of(Scanner(line_text(d).substr(5)), d); }},
    {SectionId::text, "Write of size ",
     [](Scanner, ReportBuilder& d) { return write_of(Scanner(line_text(d).substr(6)), d); }},
    {SectionId::text, "Read at addr ",
     [](Scanner, ReportBuilder& d) { return read_of(Scanner(line_text(d).substr(5)), d); }},
    {SectionId::text, "Write at addr ",
     [](Scanner, ReportBuilder& d) { return write_of(Scanner(line_text(d).substr(6)), d); }},
    {SectionId::text, "Free of addr ",
     [](Scanner, ReportBuilder& d) { return free_of(Scanner(line_text(d).substr(5)), d); }},
    {SectionId::text, "Pointer tag: [", tags},
    {SectionId::text, "Asynchronous fault: no details available", keep_line},
    {SectionId::stack_label, "Allocated by task ", label_line},
    {SectionId::stack_label, "Freed by task ", label_line},
    {SectionId::stack_label, "Last potentially related work creation:", label_line},
    {SectionId::stack_label, "Second to last potentially related work creation:", label_line},
    {SectionId::stack_label, "Last call_rcu():", label_line},
    {SectionId::stack_label, "Second to last call_rcu():", label_line},
    {SectionId::stack_label, "Allocated:", label_line},
    {SectionId::stack_label, "Freed:", label_line},
    {SectionId::stack_label, "PID = ", old_pid},
    {SectionId::stack_label, "INFO: ", slab_info},
    {SectionId::text, "The buggy address belongs to the object at ", object_at},
    {SectionId::text, "which belongs to the cache ", cache},
    {SectionId::text, "The buggy address is located ", located},
    {SectionId::text, "allocated ", allocated_region},
    {SectionId::text, "freed ", freed_region},
    {SectionId::stack_label, "The buggy address belongs to the variable:", label_pointer},
    {SectionId::text, "The buggy address belongs to stack of task ", keep_line},
    {SectionId::stack_label, "and is located at offset ",
     [](Scanner, ReportBuilder& d) { return in_frame(Scanner(line_text(d)), d); }},
    {SectionId::stack_label, "addr ", in_frame},
    {SectionId::text, "This frame has ", keep_line},
    {SectionId::text, "this frame has ", keep_line},
    {SectionId::text, "The buggy address belongs to a ", belongs_to_a},
    {SectionId::text, "The buggy address ", keep_line},
    {SectionId::text, "Address belongs to variable ", old_variable},
    {SectionId::text, "Memory state around the buggy address:", keep_line},
    {SectionId::text, "Object at ", keep_line},
});

bool is_free(std::string_view type) {
  return type == "double-free" || type == "invalid-free" || type == "double-free or invalid-free";
}

// Double and invalid frees are one class: which of the two it is depends on what came in between.
std::string title(const Report& report, std::string_view culprit) {
  const auto type = report.fact(fact::bug_type);
  std::string text = "KASAN: " + std::string(is_free(type) ? "invalid-free" : type);
  if (report.fault.access != Access::unknown && !is_free(type))
    text += report.fault.access == Access::write ? " Write" : " Read";
  return text + " in " + std::string(culprit);
}

// "[ of kfault_req][ (72 bytes)]"
std::string object_words(const Report& r) {
  const auto cache = r.fact(fact::object_cache), size = r.fact(fact::object_size);
  return (cache.empty() ? "" : " of " + std::string(cache)) +
         (size.empty() ? "" : " (" + std::string(size) + " bytes)");
}

// "to the right of" to v6.3, "to the right" where the line ends there.
std::string_view side_words(std::string_view side) {
  if (side.find("right") != std::string_view::npos || side == "after") return "behind ";
  if (side.find("left") != std::string_view::npos || side == "before") return "in front of ";
  return "inside ";
}

// What KASAN says of where the address lies: "16 bytes inside an object of kfault_req (72 bytes)"
std::string place_in_object(const Report& r, bool freed) {
  const std::string bytes(r.fact(fact::location_bytes));
  std::string text = bytes.empty() ? "" : bytes + (bytes == "1" ? " byte " : " bytes ");
  if (!bytes.empty()) text += side_words(r.fact(fact::location));
  if (text == "0 bytes behind ") text = "right behind ";
  return text + (freed ? "a freed object" : "an object") + object_words(r);
}

// "right behind the 123 bytes that were asked for, in an object of kmalloc-128 (128 bytes)"
std::string behind_request(const Report& r) {
  const auto asked = requested(r);
  if (!asked || !r.fault.address) return {};
  const auto at = *r.fault.address - asked->start, end = at + r.fault.size.value_or(1);
  const auto wanted = "the " + bytes_of(asked->size) + " that were asked for, in an object" + object_words(r);
  if (at == asked->size) return "right behind " + wanted;
  if (at > asked->size) return bytes_of(at - asked->size) + " behind " + wanted;
  return end > asked->size ? "runs " + bytes_of(end - asked->size) + " over " + wanted : std::string();
}

// "right behind the variable kf_heap_table (208 bytes)": only the redzone lies between its end and the address, so
// that it is no other's.
std::string behind_variable(const Report& r) {
  const auto at = std::ranges::find_if(r.stacks, [](const Stack& s) {
    return s.label.find("belongs to the variable") != std::string::npos && !s.frames.empty();
  });
  if (at == r.stacks.end() || !r.fault.address) return {};
  const auto& ref = at->frames.front().ref;
  if (ref.symbol.empty() || !ref.offset || *ref.offset > *r.fault.address) return {};
  const auto start = *r.fault.address - *ref.offset, end = *ref.offset + r.fault.size.value_or(1);
  const ShadowRows rows(r);
  const auto size = rows.usable_from(start);
  if (!size || *size == 0 || *size >= end || !rows.is_redzone(start + *size, *r.fault.address)) return {};
  const auto variable = "the variable " + ref.symbol + " (" + bytes_of(*size) + ")";
  if (*ref.offset < *size) return "runs " + bytes_of(end - *size) + " over the end of " + variable;
  return *ref.offset == *size ? "right behind " + variable : bytes_of(*ref.offset - *size) + " behind " + variable;
}

std::string accessed(const Report& r) {
  const auto type = r.fact(fact::bug_type);
  if (auto text = behind_request(r); !text.empty()) return text;
  if (auto text = behind_variable(r); !text.empty()) return text;
  if (r.fact(fact::location_bytes).empty()) return std::string(type);
  return place_in_object(r, type.find("use-after-free") != std::string_view::npos);
}

// kfree() of what can't be freed (v6.1 mm/kasan/report.c kasan_report_invalid_free)
std::string freed_wrongly(const Report& r) {
  const auto type = r.fact(fact::bug_type);
  if (type.find("free") == std::string_view::npos || type.find("after-free") != std::string_view::npos ||
      r.fault.access != Access::unknown)
    return {};
  const auto bytes = r.fact(fact::location_bytes);
  const auto object = "an object" + object_words(r);
  const bool freed = object_state(r) == ObjectState::freed;
  if (type == "double-free") return object + " was freed twice";
  if (freed && bytes == "0") return object + " was freed that is free already";
  if (bytes.empty()) return "something was freed that is no object of the allocator";
  return bytes == "0" ? object + " was freed that is free already, or by the wrong function"
                      : "a pointer " + place_in_object(r, false) + " was freed: only its start can be";
}

struct Wild {
  std::string_view type, words;
};
// Classes that are told by the address alone (v6.1 mm/kasan/report_generic.c get_wild_bug_type).
constexpr auto wild = std::to_array<Wild>({
    {"null-ptr-deref", "through a NULL pointer"},
    {"user-memory-access", "at a user-space address, without the functions that may do that"},
    {"wild-memory-access", "through a pointer that points nowhere"},
});

std::string wild_words(const Report& r) {
  const auto at = std::ranges::find(wild, r.fact(fact::bug_type), &Wild::type);
  return at == wild.end() ? std::string() : std::string(at->words);
}

// The cause says it better.
std::string bare_address(const Report& r) {
  const auto& cause = r.site.cause;
  return r.fault.address && !(cause && cause->value) ? hex(*r.fault.address) : std::string();
}

constexpr auto gaps = std::to_array<Gap>({
    {"freed-wrongly", freed_wrongly},
    {"wild", wild_words},
    {"bare-address", bare_address},
    {"accessed", accessed},
});
constexpr auto wordings = std::to_array<Wording>({
    {"freed-wrongly", "", "{freed-wrongly}"},
    {"wild", "", "[{size}-byte ]{access|access} {wild}[{cause}][ ({bare-address})]",
     "look in {culprit} for the pointer, or the base that an offset was added to: nobody set it, or it was read from "
     "memory that was overwritten"},
    {"touched", "", "[{size}-byte ]{access|access} of {touched}, {accessed}"},
});

}  // namespace

extern constinit const Kind kasan{
    .info = {"kasan", "KASAN: bad memory access", Severity::error,
             Trait::checked_access | Trait::compiler_check | Trait::describes_object | Trait::bracketed |
                 Trait::runs_in_task,
             "KASAN"},
    .headers = headers,
    .sections = sections,
    .shared = page_dump,
    .line = row,
    .title_of = title,
    .sentence = "[{size}-byte ]{access|access}[ at {address}]: {accessed}",
    .wordings = wordings,
    .gaps = gaps,
    .culprit = {.from = Culprit::From::headline, .words = "kfree vfree vunmap kernel_fault tag_check mem_abort ^el1_"},
    .rules = kasan_rules,
    .next = "look at what {culprit} computes the address from: the object's size and life, or the index, do not fit it",
    .goes_on = same_access,
};

}  // namespace unoops::kinds
