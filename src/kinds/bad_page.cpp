// Memory management finds its own state wrong: v6.1 mm/page_alloc.c bad_page, mm/memory.c print_bad_pte, kernel/fork.c
// check_mm, mm/memory-failure.c.
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/object_rules.hpp"
#include "kinds/page_words.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "in process syz.3.584  pfn:7071f"; "in process x  pte:8000000000000025 pmd:00000067"
bool in_process(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!only_prefixes(before)) return false;
  std::string_view comm;
  if (!rest.lit(" in process ")) return false;  // "BUG: Bad page state: 23 messages suppressed"
  if (rest.until("  ", comm)) d.report.comm = trim(comm);
  if (rest.lit("pfn:"))
    d.report.set_fact(fact::page_frame, "0x" + std::string(trim(rest.rest())));
  else if (rest.lit("pte:"))
    fact_until(rest, "", d, fact::pte);
  return true;
}

// "BUG: Bad rss-counter state mm:00000000ab type:MM_ANONPAGES val:2 Comm:x Pid:1"; "idx:1 val:2" to v5.0
bool rss(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!only_prefixes(before)) return false;
  if (Scanner s = rest; s.skip_to("type:") || s.skip_to("idx:")) fact_until(s, "", d, fact::counter);
  if (Scanner s = rest; s.skip_to("val:")) fact_until(s, "", d, fact::value);
  return true;
}

// "BUG: non-zero pgtables_bytes on freeing mm: 4096"; nr_ptes, nr_pmds before v4.15
bool page_tables(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view what;
  if (!only_prefixes(before) || !rest.until(" on freeing mm", what)) return false;
  d.report.set_fact(fact::counter, what);
  if (rest.lit(": ")) fact_until(rest, "", d, fact::value);
  return true;
}

// "mm/pgtable-generic.c:50: bad pmd ffff8881(8000000102a008e7)"
bool bad_entry(std::string_view word, std::string_view before, Scanner rest, ReportBuilder& d) {
  std::uint64_t value = 0;
  const auto place = trim(before);
  if (place.find(".c:") == std::string_view::npos || place.find(' ') != std::string_view::npos) return false;
  if (!rest.hex(value)) return false;
  d.report.set_fact(fact::place, place.substr(0, place.rfind(':')));
  d.report.set_fact(fact::entry, word);
  return true;
}
bool bad_pmd(std::string_view before, Scanner rest, ReportBuilder& d) { return bad_entry("pmd", before, rest, d); }
bool bad_pud(std::string_view before, Scanner rest, ReportBuilder& d) { return bad_entry("pud", before, rest, d); }
bool bad_p4d(std::string_view before, Scanner rest, ReportBuilder& d) { return bad_entry("p4d", before, rest, d); }
bool bad_pgd(std::string_view before, Scanner rest, ReportBuilder& d) { return bad_entry("pgd", before, rest, d); }

// "addr:00007f12 vm_flags:08100073 anon_vma:ffff8881 mapping:0 index:7f12"
// "file:x fault:filemap_fault mmap:ext4_file_mmap read_folio:..."
bool mapping(Scanner rest, ReportBuilder& d) {
  std::uint64_t address = 0;
  if (rest.hex(address)) d.set_fault_address(address);
  return keep_line(rest, d);
}

// Who asked for the page is the best guess at whose it is, where page_owner knows.
bool allocation(Scanner rest, ReportBuilder& d) {
  page_owner_stack(rest, d);
  d.report.stacks.back().occurrence = Occurrence::headline;
  return true;
}

constexpr auto state_headers =
    std::to_array<Header>({{"BUG: Bad page state", in_process}, {"BUG: Bad page cache", in_process}});
constexpr auto map_headers = std::to_array<Header>({{"BUG: Bad page map", in_process}});
constexpr auto counter_headers = std::to_array<Header>({
    {"BUG: Bad rss-counter state", rss},
    {"BUG: non-zero ", page_tables},
});
constexpr auto entry_headers = std::to_array<Header>(
    {{" bad pmd ", bad_pmd}, {" bad pud ", bad_pud}, {" bad p4d ", bad_p4d}, {" bad pgd ", bad_pgd}});
constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "addr:", mapping},
    {SectionId::text, "file:", keep_line},
    {SectionId::text, "pgd:", keep_line},
    {SectionId::text, "bad because of flags", keep_line},
    {SectionId::stack_label, "page last allocated via order", allocation},
    {SectionId::stack_label, "page allocated via order", allocation},
});

constexpr std::string_view page_words =
    "bad_page free_page put_page get_page update_page release_page page_owner prep_ free_pcp post_alloc alloc_ "
    "free_tail free_unref free_swap "
    "put_compound rmqueue ^__free_";

std::string counter_title(const Report& report, std::string_view) {
  const auto counter = report.fact(fact::counter);
  if (report.headline.find("rss-counter") != std::string::npos) return "BUG: Bad rss-counter state";
  return "BUG: non-zero " + std::string(counter) + " on freeing mm";
}
std::string entry_title(const Report& report, std::string_view) {
  return "bad " + std::string(report.fact(fact::entry)) + " in " + std::string(report.fact(fact::place));
}

// CONFIG_PAGE_OWNER (v6.1 mm/page_owner.c __dump_page_owner)
void life_of_page(const Report& r, Explanation& e, std::string_view id) {
  const auto* made = life_of(r, {StackRole::page_allocated});
  const auto* now = life_of(r, {StackRole::trace});
  if (made) add_certain(e, id, "the page was last allocated in " + place_of(*user_of(*made)), "the page owner's trace");
  if (now) add_certain(e, id, "it was found in " + place_of(*user_of(*now)), "the call trace");
}

constexpr auto page_rules =
    std::to_array<Rule>({{"page-dump", tell_page}, {"page-life", life_of_page}, {"next-page", next_page}});
constexpr auto map_rules = std::to_array<Rule>({{"page-dump", tell_page}, {"next-page", next_page}});
constexpr auto page_gaps = std::to_array<Gap>({{"page-complaint", page_complaint}});
constexpr auto state_wordings = std::to_array<Wording>({
    {"page-complaint", "",
     "the page allocator got a page in a state that it must not be in ({page-reason}): {page-complaint}"},
});

// "val:2": pages that were counted and not taken off again, or the other way round
std::string counter_end(const Report& r) {
  const auto value = r.fact(fact::value);
  if (value.empty()) return {};
  return value.starts_with('-') ? "more were taken off than were counted" : "so many were counted and never taken off";
}
constexpr auto counter_gaps = std::to_array<Gap>({{"counter-end", counter_end}});

}  // namespace

extern constinit const Kind bad_page{
    .info = {"bad-page", "bad page state", Severity::error, Trait::runs_in_task},
    .headers = state_headers,
    .sections = sections,
    .shared = page_dump,
    .title = "BUG: Bad page state",
    .sentence =
        "the page allocator got a page in a state that it must not be in[: {page-reason}]; somebody freed it while it "
        "was used, or overwrote its struct page",
    .wordings = state_wordings,
    .gaps = page_gaps,
    .culprit = {.from = Culprit::From::headline, .words = page_words},
    .rules = page_rules,
    .next =
        "find who frees or overwrites it while it is used: page_owner=on names who had the page, debug_pagealloc=on[ "
        "or "
        "{try-kasan}] finds who still uses it",
    .goes_on = same_place,
};

extern constinit const Kind bad_map{
    .info = {"bad-page-map", "bad page map", Severity::error, Trait::runs_in_task},
    .headers = map_headers,
    .sections = sections,
    .shared = page_dump,
    .title = "BUG: Bad page map",
    .sentence = "a page table of {task|a process} maps a page[ at {address}] that it must not map[: {page-reason}]",
    .culprit = {.from = Culprit::From::none},
    .rules = map_rules,
    .next =
        "find who overwrote the page table: a wild write, a driver that maps pages past the kernel's functions, or bad "
        "memory (memtest86+)",
    .goes_on = same_place,
};

extern constinit const Kind mm_counter{
    .info = {"mm-counter", "memory counter not zero at exit", Severity::error},
    .headers = counter_headers,
    .title_of = counter_title,
    .sentence = "the memory counters of an exiting process do not end at zero[: {counter} is {value}][, {counter-end}]",
    .gaps = counter_gaps,
    .culprit = {.from = Culprit::From::none},
    .next =
        "look above for the first damage of page tables (\"Bad page map\", \"bad pmd\"): this only counts it at the "
        "end; "
        "without any, a driver or file system maps or unmaps pages past rmap, or memory is bad (memtest86+)",
};

extern constinit const Kind bad_page_table{
    .info = {"bad-page-table", "bad page table entry", Severity::error},
    .headers = entry_headers,
    .title_of = entry_title,
    .sentence =
        "a page table holds an entry ({entry|pmd}) that is not valid: the table was overwritten, or memory is bad",
    .culprit = {.from = Culprit::From::none},
    .next =
        "compare the entry with what a valid one looks like: one bit too many is bad memory (memtest86+), text or "
        "pointers are a wild write[, which {try-kasan} finds]",
};

}  // namespace unoops::kinds
