#include "kinds/page_words.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "grammar/scanner.hpp"
#include "kinds/place.hpp"
#include "kinds/rule.hpp"

namespace unoops::kinds {
namespace {

struct Complaint {
  std::string_view reason, words, step;
};
// "page dumped because: " of v6.1 mm/page_alloc.c page_bad_reason, free_tail_pages_check, mm/memory.c print_bad_pte, and
// the conditions of VM_BUG_ON_PAGE(), VM_BUG_ON_FOLIO() (include/linux/mmdebug.h). The first that stands in it.
constexpr auto complaints = std::to_array<Complaint>({
    {"page_pool leak", "it still belongs to a page pool of the network: it was not given back there",
     "free pages of a page pool with page_pool_put_page(), not with put_page() or __free_page()"},
    {"nonzero mapcount", "its map counter is not that of an unmapped page: some page table still maps it",
     "find who frees it while it is mapped: a driver that maps its pages itself (vm_insert_page(), remap_pfn_range()), "
     "or "
     "frees in the wrong order"},
    {"nonzero compound_mapcount", "its map counter is not that of an unmapped page: some page table still maps it",
     "find who frees it while it is mapped"},
    {"nonzero _refcount", "its reference counter is not 0: somebody took a reference to a page that is free",
     "find who uses the page after its last put_page(): page_owner=on names who had it"},
    {"nonzero _count", "its reference counter is not 0: somebody took a reference to a page that is free",
     "find who uses the page after its last put_page(): page_owner=on names who had it"},
    {"non-NULL mapping", "it still belongs to a file or to a process (its mapping is not NULL)",
     "find who frees it without taking it from the page cache or the process first; or its struct page was "
     "overwritten"},
    {"PAGE_FLAGS_CHECK_AT_FREE", "it is freed with a flag set that no free page may have",
     "look at the flags: locked, lru, slab or writeback means that somebody still works with it"},
    {"PAGE_FLAGS_CHECK_AT_PREP", "it was free with a flag set that no free page may have",
     "somebody changed its struct page while it was free: a use after free, or a wild write; page_owner=on and "
     "debug_pagealloc=on tell more"},
    {"page still charged to cgroup", "it is freed while it still counts for a memory cgroup",
     "find who frees it past the page's own put function"},
    {"corrupted mapping in tail page", "a tail page of a larger one was overwritten",
     "find who wrote to page->mapping of one page of a larger allocation"},
    {"bad pte", "the entry of the page table names a page that must not stand there",
     "a page table that was overwritten, a driver that maps pages past vm_insert_page() or remap_pfn_range(), or bad "
     "memory: look at the entry for a flipped bit, and run memtest86+"},
    {"hwpoison", "the memory is broken (hwpoison)", "replace the memory module"},
    {"PagePoisoned", "its struct page was never set up: there is no such memory",
     "check the page frame number that the page was made from: pfn_valid() and pfn_to_online_page() first"},
    {"page_ref_count(page) == 0", "a reference was given back that nobody held: the page is free already",
     "one put_page() too many: pair each with its get_page()"},
    {"folio_ref_count(folio) == 0", "a reference was given back that nobody held: the folio is free already",
     "one folio_put() too many: pair each with its folio_get()"},
    {"ref_zero_or_close_to_overflow", "a reference was taken to a page that is free, or whose counter ran over",
     "take a reference only where one is held already; else get_page_unless_zero() or folio_try_get()"},
    {"page_ref_count(page) + 127u", "a reference was taken to a page that is free, or whose counter ran over",
     "take a reference only where one is held already; else get_page_unless_zero()"},
    {"page_ref_count(page) <= 0", "a reference was taken to a page that is free",
     "take a reference only where one is held already; else get_page_unless_zero()"},
    {"page_count(page) != 0", "the page is handed out while its reference counter is not 0",
     "somebody took a reference to a free page, or overwrote its struct page"},
    {"!PageLocked", "the page must be locked here, and is not",
     "call lock_page() before, and unlock_page() only behind it"},
    {"!folio_test_locked", "the folio must be locked here, and is not",
     "call folio_lock() before, and folio_unlock() only behind it"},
    {"PageTail", "a tail page of a larger one was given where only the head may be",
     "use compound_head() or page_folio() first"},
    {"!PageSlab", "the page is none of a slab: the pointer that is freed came from elsewhere",
     "free with the function that belongs to the allocation"},
    {"folio_test_slab", "the memory is an object of a slab, which has no pages of its own to use so",
     "memory of kmalloc() may not be mapped or sent as pages: allocate it with alloc_pages()"},
    {"PageWriteback", "the page is being written out, which must be over here", "wait with wait_on_page_writeback()"},
    {"folio_test_writeback", "the folio is being written out, which must be over here",
     "wait with folio_wait_writeback()"},
    {"PageLRU", "the page is, or is not, on a list of the page reclaim where the code expects the other",
     "look for a page that is freed or isolated twice"},
    {"folio_test_lru", "the folio is, or is not, on a list of the page reclaim where the code expects the other",
     "look for a folio that is freed or isolated twice"},
    {"folio_mapped", "the folio is still mapped by a page table", "unmap it first (unmap_mapping_folio())"},
    {"page_mapped", "the page is still mapped by a page table", "unmap it first (unmap_mapping_range())"},
});

const Complaint* complaint_of(const Report& r) {
  const auto reason = page_dump_reason(r);
  if (reason.empty()) return nullptr;
  const auto at =
      std::ranges::find_if(complaints, [&](const Complaint& c) { return reason.find(c.reason) != std::string::npos; });
  return at == complaints.end() ? nullptr : &*at;
}

bool number(std::string_view line, std::string_view name, long& value) {
  Scanner s(line);
  if (!s.skip_to(name)) return false;
  const bool negative = s.lit("-");
  unsigned long digits = 0;
  if (!s.dec(digits)) return false;
  value = negative ? -static_cast<long>(digits) : static_cast<long>(digits);
  return true;
}

// mm/debug.c prints mapcount as it counts for people since v4.0: 0 is not mapped.
std::string counters(const Report& r) {
  const auto* line = find_message(r, "page:");
  if (!line) line = find_message(r, "page: ");
  long refs = 0, maps = 0;
  if (!line || !(number(*line, " refcount:", refs) || number(*line, "count:", refs)) ||
      !number(*line, " mapcount:", maps))
    return {};
  std::string text = refs == 0  ? "nobody holds a reference to it (refcount 0)"
                     : refs < 0 ? "more references were given back than taken (refcount " + std::to_string(refs) + ")"
                                : "refcount " + std::to_string(refs);
  // PageBuddy and other types of pages keep theirs in the counter (v6.1 include/linux/page-flags.h PAGE_TYPE_BASE).
  constexpr long buddy = -128;
  if (maps == buddy) return text + ", it is in the page allocator's list of free pages";
  if (maps < buddy) return text;
  if (maps == 0) return text + ", no page table maps it (mapcount 0)";
  return text + (maps < 0 ? ", it was unmapped more often than mapped (mapcount " : ", page tables map it (mapcount ") +
         std::to_string(maps) + ")";
}

struct Flag {
  std::string_view name, words;
};
// v6.1 include/trace/events/mmflags.h: those that tell whose a page is
constexpr auto flags = std::to_array<Flag>({
    {"locked", "locked"},
    {"lru", "on a list of the page reclaim"},
    {"slab", "a slab's"},
    {"writeback", "being written out"},
    {"swapbacked", "backed by swap"},
    {"hwpoison", "broken memory"},
    {"reserved", "reserved, never the allocator's"},
    {"dirty", "dirty"},
    {"swapcache", "in the swap cache"},
    {"mlocked", "locked in memory"},
});

// "flags: 0xfffffc0000200(slab|node=0|zone=1|lastcpupid=0x1fffff)"
std::string flag_words(const Report& r) {
  const auto* line = find_message_with(r, "flags: 0x");
  if (!line) return {};
  const std::string_view text = *line;
  const auto open = text.find('('), close = text.find(')', open);
  if (open == std::string_view::npos || close == std::string_view::npos) return {};
  const auto names = "|" + std::string(text.substr(open + 1, close - open - 1)) + "|";
  std::string out;
  for (const auto& flag : flags)
    if (names.find("|" + std::string(flag.name) + "|") != std::string::npos)
      out += (out.empty() ? "" : ", ") + std::string(flag.words);
  return out;
}

}  // namespace

std::string page_dump_reason(const Report& r) {
  if (const auto reason = r.fact(fact::page_reason); !reason.empty()) return std::string(reason);
  static constexpr std::string_view words = "page dumped because: ";
  const auto* line = find_message(r, words);
  return line ? line->substr(words.size()) : std::string();
}

std::string page_complaint(const Report& r) {
  const auto* complaint = complaint_of(r);
  return complaint ? std::string(complaint->words) : std::string();
}

void tell_page(const Report& r, Explanation& e, std::string_view id) {
  if (page_dump_reason(r).empty()) return;
  auto text = counters(r);
  if (const auto words = flag_words(r); !words.empty()) text += (text.empty() ? "" : "; ") + ("it is " + words);
  if (!text.empty()) add_certain(e, id, "of the page: " + text, "the dump of its struct page");
}

void next_page(const Report& r, Explanation& e, std::string_view) {
  if (const auto* complaint = complaint_of(r)) add_step(e, std::string(complaint->step));
}

}  // namespace unoops::kinds
