// SLUB's and SLAB's own checks: v6.1 mm/slub.c slab_bug, print_trailer, print_track, slab_fix; v6.1 mm/slab.c.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/object_rules.hpp"
#include "kinds/place.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > 64) return false;
  for (const char c : name)
    if (c == '/' && name.starts_with('/')) return false;
  return true;
}

// "BUG kmalloc-64 (Tainted: G           OE     ): Right Redzone overwritten"
// "BUG kmalloc-64: Poison overwritten"                                           to v3.x
bool header(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!trim(before).empty() && !trim(before).ends_with('=')) return false;
  std::string_view cache, taint;
  if (Scanner s = rest; s.until(" (", cache) && (s.lit("Tainted: ") || s.lit("Not tainted")) && s.until("): ", taint)) {
    rest = s;
  } else if (!rest.until(": ", cache) || cache.find(' ') != std::string_view::npos) {
    return false;
  }
  const auto problem = trim(rest.rest());
  // v4.3 to v4.10: KASAN borrowed the dump (mm/kasan/report.c).
  if (!is_name(cache) || problem.empty() || problem == "kasan: bad access detected") return false;
  d.report.set_fact(fact::object_cache, cache);
  d.report.set_fact(fact::bug_type, problem);
  return true;
}

// "slab error in cache_free_debugcheck(): cache 'size-32': double free, or memory outside object was overwritten"
bool slab_error(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view function, cache;
  if (!trim(before).empty() || !rest.until("(): cache ", function) || !rest.lit("'") || !rest.until("': ", cache))
    return false;
  d.report.set_fact(fact::object_cache, cache);
  d.report.set_fact(fact::bug_type, trim(rest.rest()));
  return true;
}

// "Slab corruption (Not tainted): size-32 start=ffff8800, len=32"
bool slab_corruption(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view cache;
  if (!trim(before).empty() || !rest.skip_to(": ") || !rest.until(" start=", cache)) return false;
  d.report.set_fact(fact::object_cache, trim(cache));
  d.report.set_fact(fact::bug_type, "Slab corruption");
  return true;
}

// Since v6.12 the finding stands before the header, which says only "Object corrupt" (mm/slub.c check_bytes_and_report):
// "[Right Redzone overwritten] 0xffff9c41-0xffff9c42 @offset=920. First byte 0x66 instead of 0xcc"
std::string_view finding_before(const Report& r) {
  for (const std::string_view message : r.messages)
    if (message.starts_with('[') && message.find(" overwritten] 0x") != std::string_view::npos) return message;
  return {};
}

std::string problem(const Report& r) {
  const auto before = finding_before(r);
  return std::string(before.empty() ? r.fact(fact::bug_type) : before.substr(1, before.find(']') - 1));
}

// "0x...-0x... @offset=385. First byte 0x5a instead of 0xcc"
std::string_view where_overwritten(const Report& r) {
  const auto before = finding_before(r);
  return before.empty() ? r.fact(fact::overwritten) : trim(before.substr(before.find(']') + 1));
}

// Who is named: an overwritten red zone is its owner's doing, poison is overwritten by who freed it and went on.
bool names_it(const Report& r, std::string_view word) {
  const auto what = problem(r);
  if (what.find("Redzone") != std::string::npos || what.find("padding") != std::string::npos)
    return word == "Allocated";
  return what.find("Poison") != std::string::npos && word == "Freed";
}

// "Allocated in foo+0x1/0x2 age=4 cpu=0 pid=115", and its frames with a blank or a tab before them
bool track(std::string_view word, Scanner rest, ReportBuilder& d) {
  const std::string label = std::string(word) + " in";
  int pid = 0, cpu = 0;
  if (!take_ref(rest, d, label)) return keep_line(rest, d);
  d.report.stacks.back().occurrence = names_it(d.report, word) ? Occurrence::headline : Occurrence::own;
  Scanner s = rest;
  std::uint64_t age = 0;
  const auto age_of = word == "Allocated" ? fact::allocated_age : fact::freed_age;
  if (Scanner a = rest; a.skip_to(" age=") && a.dec(age)) d.report.set_fact(age_of, std::to_string(age));
  if (s.skip_to(" cpu=")) s.dec(cpu);
  if (s.skip_to(" pid=")) s.dec(pid);
  auto& stack = d.open_stack(std::string(word) + " by task " + std::to_string(pid));
  stack.pid = pid;
  stack.cpu = cpu;
  return true;
}
bool allocated(Scanner rest, ReportBuilder& d) { return track("Allocated", rest, d); }
bool freed(Scanner rest, ReportBuilder& d) { return track("Freed", rest, d); }

// "Object 0xffff8d2c1de41140 @offset=320 fp=0x0"
bool object(Scanner rest, ReportBuilder& d) {
  std::uint64_t address = 0;
  std::string_view word;
  Scanner s = rest;
  if (s.hex0x(address) && d.report.fact(fact::object_address).empty() && Scanner(rest).word(word))
    d.report.set_fact(fact::object_address, word);
  return keep_line(rest, d);
}

// "FIX kmalloc-64: Restoring Right Redzone 0x...-0x...=0xcc"
bool fix(Scanner rest, ReportBuilder& d) {
  std::string_view cache;
  if (!rest.until(": ", cache)) return false;
  if (d.report.fact(fact::fixed).empty()) d.report.set_fact(fact::fixed, trim(rest.rest()));
  d.bracket = false;  // the last that SLUB prints of it; what follows is not the report's
  return keep_line(rest, d);
}

// "0xffff8d2c-0xffff8d2d @offset=385. First byte 0x5a instead of 0xcc"; hex dumps
bool row(std::string_view text, ReportBuilder& d) {
  const bool where =
      text.find(". First byte 0x") != std::string_view::npos && text.find(" instead of 0x") != std::string_view::npos;
  if (where && d.report.fact(fact::overwritten).empty()) d.report.set_fact(fact::overwritten, trim(text));
  if (!where && !is_hex_row(text) && !trim(text).starts_with("-------------------------")) {
    if (d.block.trace) d.bracket = false;  // no ruler ends it, the trace does (mm/slub.c slab_bug, print_trailer)
    return false;
  }
  return keep_line(Scanner(text), d);
}

// "INFO: Freed in foo+0x1/0x2 age=57 cpu=0 pid=18338" without the "BUG ..." line above it
bool lost_track(std::string_view text, ReportBuilder& d) {
  Scanner rest(trim(text));
  rest.lit("INFO: ");
  const bool is_allocated = rest.lit("Allocated in ");
  if (!is_allocated && !rest.lit("Freed in ")) return false;
  if (text.find(" age=") == std::string_view::npos || text.find(" pid=") == std::string_view::npos) return false;
  return is_allocated ? allocated(rest, d) : freed(rest, d);
}

constexpr auto headers =
    std::to_array<Header>({{"BUG ", header}, {"slab error in ", slab_error}, {"Slab corruption", slab_corruption}});
constexpr auto sections = std::to_array<Section>({
    {SectionId::stack_label, "Allocated in ", allocated},
    {SectionId::stack_label, "Freed in ", freed},
    {SectionId::stack_label, "INFO: ", slab_info},
    {SectionId::text, "object allocation/free stack trace missing", keep_line},
    {SectionId::text, "Slab 0x", keep_line},
    {SectionId::text, "Object 0x",
     [](Scanner, ReportBuilder& d) { return object(Scanner(line_text(d).substr(7)), d); }},
    {SectionId::text, "Invalid pointer 0x", keep_line},
    {SectionId::text, "FIX ", fix},
    {SectionId::text, "Redzone: 0x", keep_line},
    {SectionId::text, "Last user: ", keep_line},
    {SectionId::text, "Prev obj: ", keep_line},
    {SectionId::text, "Next obj: ", keep_line},
});

// Checking machinery of mm/slub.c that roles do not know under these names.
constexpr std::string_view slab_words =
    "slab check_ init_object on_freelist verify_ ^__kmem_cache_ ^cache_free_ ^cache_alloc_ poison_ shutdown_cache "
    "unfreeze_partials put_cpu_partial "
    "flush_all get_partial free_to_partial free_debug_processing alloc_debug_processing ^__cache_ ^__alloc_object";

std::string title(const Report& report, std::string_view culprit) {
  // "Invalid object pointer 0xffff..."
  // "Objects remaining in foo on __kmem_cache_shutdown()": the words, not the numbers
  const auto words = problem(report);
  std::string_view type = words;
  if (type.empty()) return plain_words(report.headline);
  type = type.substr(0, type.find(" 0x"));
  for (const std::string_view end : {"(0x", ". ", " in ", ", "}) type = type.substr(0, type.find(end));
  return "BUG: " + std::string(type) + " in " + std::string(culprit);
}

constexpr auto slab_gaps = std::to_array<Gap>({{"slab-problem", problem}});

constexpr std::string_view second_free =
    "the trace shows the second free: find the first one, and let only one path own the object";
constexpr std::string_view overrun =
    "who allocated the object wrote behind its end: check the size that was asked for against what is written";
constexpr std::string_view free_list =
    "an object that is free was written to: find a use after free in the users of this cache[, which {try-kasan} "
    "names]";

// v6.1 mm/slub.c
constexpr auto slab_wordings = std::to_array<Wording>({
    {"slab-problem", "allocated objects but",
     "an object of {object-cache} was freed that is free already: the slab has fewer allocated objects than are freed",
     second_free},
    {"slab-problem", "Object already free", "an object of {object-cache} was freed twice", second_free},
    {"slab-problem", "Invalid object pointer", "something was freed to {object-cache} that is none of its objects",
     "free the pointer that the allocation returned, in the cache that it came from: not one into the object"},
    {"slab-problem", "Attempt to free object", "something was freed that is no object of a slab cache",
     "free only what kmalloc() or a cache returned: not a page, the stack or a constant"},
    {"slab-problem", "Right Redzone", "something was written behind the end of an object of {object-cache}", overrun},
    {"slab-problem", "Left Redzone", "something was written in front of an object of {object-cache}",
     "an index below 0, or the object before it was overrun: check both for what they write"},
    {"slab-problem", "kmalloc Redzone",
     "something was written behind the bytes that were asked for of an object of {object-cache}", overrun},
    {"slab-problem", "Poison overwritten", "an object of {object-cache} was written to after it was freed",
     "the task that freed it last, or had it before, still uses it: take a reference, or free it later"},
    {"slab-problem", "Freepointer corrupt", "the list of free objects of {object-cache} was overwritten", free_list},
    {"slab-problem", "Freechain corrupt", "the list of free objects of {object-cache} was overwritten", free_list},
    {"slab-problem", "adding", "the space behind the objects of {object-cache} was overwritten",
     "an object of this slab was overrun[: {try-kasan} names the write itself]"},
    {"slab-problem", "Objects remaining", "the cache {object-cache} is destroyed while objects of it are in use",
     "free all objects before kmem_cache_destroy(): the dump lists where each was allocated"},
});

std::optional<std::uint64_t> address_behind(std::string_view text, std::string_view words) {
  const auto at = text.find(words);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + words.size());
  std::uint64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value, 16).ec != std::errc()) return std::nullopt;
  return value;
}

// "Object   ffff8c77d574b370: 6b 6b 6b 6b 6b 6b 6b 6b 88 77 66 55 44 33 22 11  kkkkkkkk.wfUD3\"." (v6.1 mm/slub.c
// print_section): the bytes from an address on
std::string bytes_at(const Report& r, std::uint64_t first, std::uint64_t count) {
  constexpr std::uint64_t row = 16;
  std::string out;
  for (const auto& message : r.messages)
    for (const std::string_view word : {"Object ", "Redzone ", "Padding "}) {
      const auto text = std::string_view(message);
      if (!text.starts_with(word)) continue;
      const auto start = text.find_first_not_of(' ', word.size());
      if (start == std::string_view::npos) continue;
      const auto address = address_behind(text.substr(start), "");
      const auto colon = text.find(": ", start);
      if (!address || colon == std::string_view::npos || *address + row <= first || *address >= first + count) continue;
      for (std::uint64_t i = 0; i < row && colon + 4 + 3 * i <= text.size(); ++i)
        if (*address + i >= first && *address + i < first + count && text[colon + 2 + 3 * i] != ' ')
          out += (out.empty() ? "" : " ") + std::string(text.substr(colon + 2 + 3 * i, 2));
    }
  return out;
}

// "0xffff8c77d574b378-0xffff8c77d574b37f @offset=888. First byte 0x88 instead of 0x6b"
void overwritten(const Report& r, Explanation& e, std::string_view id) {
  const auto where = where_overwritten(r);
  const auto first = address_behind(where, "0x"), last = address_behind(where, "-0x"),
             object = address_behind(r.fact(fact::object_address), "0x");
  if (first && last && *last >= *first) {
    const auto count = *last - *first + 1;
    std::string text = std::to_string(count) + (count == 1 ? " byte" : " bytes");
    if (object && *first >= *object) text += " at +" + hex(*first - *object) + " from the object's start";
    text += count == 1 ? " was changed" : " were changed";
    const auto now = count <= 16 ? bytes_at(r, *first, count) : std::string();
    if (!now.empty()) text += ", now " + now;
    if (const auto wanted = where.find(" instead of "); wanted != std::string_view::npos)
      text += std::string(where.substr(wanted));
    add_certain(e, id, std::move(text), "SLUB's check and its dump");
  }
}

// Since v6.12 SLUB's dump holds a WARNING of its own in place of a trace (mm/slub.c object_err, slab_err).
Sequel own_warning(const Report& first, const Report& later) {
  const bool near = !first.time_us || !later.time_us || *later.time_us - *first.time_us < 1'000'000;
  const bool own = later.severity == Severity::warning && is_in_file(later, "mm/slub.c");
  return near && own ? Sequel::more : Sequel::none;
}

constexpr auto rules = std::to_array<Rule>({object_life, {"overwritten", overwritten}});

}  // namespace

bool slab_info(Scanner rest, ReportBuilder& d) {
  if (rest.lit("Allocated in ")) return allocated(rest, d);
  if (rest.lit("Freed in ")) return freed(rest, d);
  if (rest.lit("Object ")) return object(rest, d);
  if (rest.lit("Slab ") || rest.lit("0x")) return keep_line(rest, d);
  return false;
}

extern constinit const Kind slab{
    .info = {"slab", "slab object corruption", Severity::error,
             Trait::dumps_object | Trait::bracketed | Trait::runs_in_task},
    .headers = headers,
    .sections = sections,
    .line = row,
    .title_of = title,
    .sentence = "an object of {object-cache|a slab cache} was damaged: {slab-problem|its guard bytes changed}",
    .wordings = slab_wordings,
    .gaps = slab_gaps,
    .culprit = {.from = Culprit::From::headline, .words = slab_words},
    .rules = rules,
    .next =
        "[{try-kasan} finds the write itself: ]SLUB finds only what it left behind, so look at all users of the cache",
    .remainder = lost_track,
    .remainder_needle = " age=",
    .goes_on = own_warning,
};

}  // namespace unoops::kinds
