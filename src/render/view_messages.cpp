// The kernel's own words, and which of them a reader can do without at first.
#include <algorithm>
#include <span>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "render/sections.hpp"
#include "render/view.hpp"
#include "report/fact_names.hpp"

namespace unoops::render {

namespace {

// Lines of messages that stand before "(-v)": a lockdep report's locks fit.
constexpr std::size_t shown_lines = 24;

bool starts_with_any(std::string_view text, std::span<const std::string_view> starts) {
  return std::ranges::any_of(starts, [&](std::string_view s) { return text.starts_with(s); });
}

// Said by the statements already: arch/x86/mm/fault.c show_fault_oops, arch/arm64/mm/fault.c mem_abort_decode,
// arch/s390/mm/fault.c dump_fault_info, arch/powerpc/mm/fault.c bad_page_fault (6.1).
bool is_decoded(std::string_view text) {
  static constexpr std::string_view starts[] = {"#PF: ",
                                                "PGD ",
                                                "*pdpt",
                                                "*pde",
                                                "*pgd",
                                                "Mem abort info:",
                                                "Data abort info:",
                                                "ESR = ",
                                                "EC = ",
                                                "SET = ",
                                                "EA = ",
                                                "FSC = ",
                                                "ISV = ",
                                                "CM = ",
                                                "GCS = ",
                                                "ISS = ",
                                                "AS:",
                                                "Fault in ",
                                                "user pgtable:",
                                                "swapper pgtable:",
                                                "Failing address:",
                                                "Faulting instruction address:",
                                                "LE PAGE_SIZE",
                                                "BE PAGE_SIZE"};
  return starts_with_any(text, starts) || (text.starts_with('[') && text.find("] *pgd=") != std::string_view::npos) ||
         (text.starts_with('[') && text.find("] pgd=") != std::string_view::npos);
}

// What KASAN's and SLUB's reports say of the object, and the summary says better; the page that it lies in
// (mm/kasan/report.c print_address_description, mm/debug.c __dump_page, 6.1).
bool is_of_object(const Report& r, std::string_view text) {
  static constexpr std::string_view kasan[] = {"The buggy address belongs to the object at",
                                               "which belongs to the cache",
                                               "The buggy address is located",
                                               "The buggy address belongs to the physical page",
                                               "The buggy address belongs to the page",
                                               "and is located at offset",
                                               "Read of size ",
                                               "Write of size ",
                                               "Free of addr ",
                                               "page:",
                                               "flags: 0x",
                                               "raw: ",
                                               "page_type:",
                                               "head:",
                                               "page dumped because: kasan"};
  if (!r.has(Trait::describes_object)) return false;
  return starts_with_any(text, kasan) || text.find("-byte region [") != std::string_view::npos;
}

// A row of memory that is still as it was set: "6b 6b 6b ..." with the same byte all along.
bool is_even_row(const Report& r, std::string_view text) {
  if (!r.has(Trait::dumps_object)) return false;
  const auto colon = text.find(": ");
  if (colon == std::string_view::npos || colon + 4 > text.size()) return false;
  const auto first = text.substr(colon + 2, 2);
  if (first.find_first_not_of("0123456789abcdef") != std::string_view::npos) return false;
  for (auto at = colon + 2; at + 1 < text.size() && text[at] != ' '; at += 3)
    if (text.substr(at, 2) != first) return false;
  return true;
}

// mm/page_alloc.c show_free_areas, lib/show_mem.c (6.1): of the whole machine, page by page.
bool is_memory_state(std::string_view text) {
  static constexpr std::string_view starts[] = {"Mem-Info:",
                                                "active_anon:",
                                                "active_file:",
                                                "unevictable:",
                                                "slab_reclaimable:",
                                                "mapped:",
                                                "shmem:",
                                                "pagetables:",
                                                "bounce:",
                                                "sec_pagetables:",
                                                "kernel_misc_reclaimable:",
                                                "free:",
                                                "dirty:",
                                                "Node ",
                                                "lowmem_reserve[]",
                                                "Free swap ",
                                                "Total swap ",
                                                "DMA: ",
                                                "DMA free:",
                                                "DMA32 free:",
                                                "Normal free:",
                                                "HighMem free:",
                                                "DMA32: ",
                                                "Normal: ",
                                                "HighMem: ",
                                                "Unreclaimable slab info:"};
  static constexpr std::string_view ends[] = {
      " total pagecache pages", " pages in swap cache", " pages RAM",       " pages HighMem/MovableOnly",
      " pages reserved",        " pages cma reserved",  " pages hwpoisoned"};
  return starts_with_any(text, starts) ||
         std::ranges::any_of(ends, [&](std::string_view e) { return text.ends_with(e); });
}

// "at: kf_lock_ba+0x15/0x30 [kfault]" gains "  lock.c:137".
std::string with_places(const std::string& line, const std::vector<Named>& addresses) {
  std::string out = line;
  for (const auto& one : addresses)
    if (!one.note.empty() && line.find(one.value) != std::string::npos && out.size() == line.size())
      out += "  " + one.note;
  return out;
}

bool is_told(const Explanation& e, std::string_view text) {
  return e.summary.find(text) != std::string::npos ||
         std::ranges::any_of(e.findings, [&](const Finding& f) { return f.text.find(text) != std::string::npos; });
}

}  // namespace

Messages messages_of(const Report& r, bool unfold) {
  Messages out;
  const auto addresses = addresses_of(r);
  for (const auto& message : r.messages) {
    const std::string_view text = trim(message);
    if (text.empty() && !unfold) continue;
    const bool told = text.size() > 8 && is_told(r.explanation, text);
    if (!unfold && (told || is_ruler(text, "-=*_#", 8) || is_decoded(text))) continue;
    const bool background = is_memory_state(text) || is_of_object(r, text) || is_even_row(r, text);
    if (!unfold && (background || out.lines.size() >= shown_lines))
      ++out.hidden;
    else
      out.lines.push_back(with_places(clean(message), addresses));
  }
  return out;
}

}  // namespace unoops::render
