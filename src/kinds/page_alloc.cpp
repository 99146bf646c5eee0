// Allocations that failed: v6.1 mm/page_alloc.c warn_alloc, mm/vmalloc.c, mm/slub.c slab_out_of_memory.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "base/text.hpp"
#include "facts/gfp.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/mem_info.hpp"
#include "kinds/memory_account.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

bool with_comm(std::string_view before, ReportBuilder& d) {
  before = trim(before);
  if (before.empty() || before.size() > 64) return false;
  d.report.comm = before;
  return true;
}

// "trig: page allocation failure: order:9, mode:0x10cc0(GFP_KERNEL|__GFP_NORETRY),
// nodemask=(null),cpuset=/,mems_allowed=0"
bool page(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (Scanner s = rest; s.skip_to("order:")) {
    int order = 0;
    if (s.dec(order)) d.report.set_fact(fact::order, std::to_string(order));
  }
  if (Scanner s = rest; s.skip_to("mode:")) {
    auto mode = s.rest();
    mode = mode.substr(0, mode.find(", nodemask"));
    d.report.set_fact(fact::gfp_mask, trim(mode));
  }
  return with_comm(before, d);
}

// "trig: vmalloc error: size 1234, failed to allocate pages, mode:0xcc0(GFP_KERNEL), nodemask=(null)"
bool vmalloc(std::string_view before, Scanner rest, ReportBuilder& d) {
  d.report.set_fact(fact::allocator, "vmalloc");
  // "size 8589934592, exceeds total pages, mode:..." since v5.13; "17178296320 bytes, mode:...", and
  // "allocation failure, allocated 4096 of 17178296320 bytes, mode:..." before
  std::uint64_t bytes = 0;
  if (Scanner s = rest; (s.lit("size ") && s.dec(bytes)) || (s = rest, s.dec(bytes) && s.lit(" bytes")) ||
                        (s = rest, s.skip_to(" of ") && s.dec(bytes) && s.lit(" bytes"))) {
    d.report.set_fact(fact::size, std::to_string(bytes));
    std::string_view reason;
    if (s.lit(", ") && s.until(", mode:", reason)) d.report.set_fact(fact::reason, reason);
  }
  return page(before, rest, d);
}

// "SLUB: Unable to allocate memory on node -1, gfp=0xa20(GFP_ATOMIC)", then "  cache: kmalloc-64, object size: 64, ..."
bool slub(std::string_view before, Scanner rest, ReportBuilder& d) {
  d.report.set_fact(fact::allocator, "slab");
  if (rest.skip_to("gfp=")) d.report.set_fact(fact::gfp_mask, trim(rest.rest()));
  return trim(before).empty();
}

bool slub_cache(Scanner rest, ReportBuilder& d) {
  if (d.report.fact(fact::allocator) != "slab") return false;
  fact_until(rest, ",", d, fact::object_cache);
  return keep_line(rest, d);
}

constexpr auto headers = std::to_array<Header>({
    {": page allocation failure", page},
    {": page allocation stalls for ", page},
    {": vmalloc error: ", vmalloc},
    {": vmalloc: allocation failure: ", vmalloc},
    {": vmalloc: allocation failure, allocated ", vmalloc},
    {"SLUB: Unable to allocate memory on node ", slub},
});
constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "warn_alloc_show_mem: ", keep_line},
    {SectionId::text, "cache: ", slub_cache},
    {SectionId::text, "node ", keep_line},
});

// Who asked for the pages is named, not who handed the request on.
constexpr std::string_view order_words =
    "warn_alloc alloc_pages alloc_folio vmalloc kmem_ new_slab alloc_slab slab_ handle_mm_fault do_anonymous_page "
    "get_free_pages "
    "^dma_alloc ^__dma_ alloc_skb netdev_alloc";

// "8 pages in one piece"
std::string pages(const Report& r) {
  unsigned order = 0;
  const auto digits = r.fact(fact::order);
  if (std::from_chars(digits.data(), digits.data() + digits.size(), order).ec != std::errc() || order >= 20) return {};
  return order == 0 ? "1 page" : std::to_string(1u << order) + " pages in one piece";
}

std::string gfp_flags(const Report& r) { return gfp_names(r.fact(fact::gfp_mask), r.kernel.release); }

std::optional<std::uint64_t> bytes_wanted(const Report& r) {
  std::uint64_t bytes = 0;
  Scanner s(r.fact(fact::size));
  if (!s.dec(bytes)) return std::nullopt;
  return bytes;
}

// "8 GiB (8589934592 bytes)"
std::string vmalloc_size(const Report& r) {
  const auto bytes = bytes_wanted(r);
  if (!bytes) return {};
  return size_words(*bytes / 1024) + " (" + std::to_string(*bytes) + " bytes)";
}

// What is more than there is can never be got (v6.1 mm/vmalloc.c __vmalloc_node_range: "exceeds total pages").
std::string vmalloc_reason(const Report& r) {
  const auto reason = r.fact(fact::reason);
  const auto bytes = bytes_wanted(r);
  const auto account = memory_account(r);
  if (reason == "exceeds total pages" || (bytes && account && *bytes / 1024 / account->page_kb > *account->usable))
    return "that is more than the machine has";
  return std::string(reason);
}
constexpr auto gaps = std::to_array<Gap>(
    {{"pages", pages}, {"gfp-flags", gfp_flags}, {"vmalloc-size", vmalloc_size}, {"vmalloc-reason", vmalloc_reason}});
constexpr auto wordings = std::to_array<Wording>(
    {{"vmalloc-size", "",
      "{task|a task} asked vmalloc for {vmalloc-size} and got none[: {vmalloc-reason}][ ({gfp-flags})]"}});

struct FlagWords {
  std::string_view flag, words;
};
// v6.1 include/linux/gfp_types.h
constexpr auto flag_words = std::to_array<FlagWords>({
    {"GFP_ATOMIC", "the caller could not wait (GFP_ATOMIC), and must cope with failure"},
    {"GFP_NOWAIT", "the caller did not want to wait (GFP_NOWAIT), and must cope with failure"},
    {"__GFP_NORETRY", "the caller asked to give up early (__GFP_NORETRY): it has another way, or should have"},
    {"__GFP_RETRY_MAYFAIL", "the kernel tried hard, but the caller copes with failure (__GFP_RETRY_MAYFAIL)"},
    {"GFP_DMA32", "only memory below 4 GB was allowed (GFP_DMA32)"},
    {"GFP_NOFS", "no file system might be asked to give memory back (GFP_NOFS)"},
    {"GFP_NOIO", "nothing might be written out to make room (GFP_NOIO)"},
});

// Only pages that can be moved may lie in CMA's areas (v6.1 mm/page_alloc.c gfp_to_alloc_flags_cma).
bool is_movable(const Report& r) { return gfp_flags(r).find("MOVABLE") != std::string::npos; }

// v6.1 mm/page_alloc.c __zone_watermark_ok: what must stay free. Atomic allocations may take a part of it.
bool only_reserve_left(const Report& r, std::uint64_t wanted_kb) {
  const auto zones = zone_reserves(r);
  return !zones.empty() &&
         std::ranges::all_of(zones, [&](const ZoneReserve& z) { return z.free_kb <= z.min_kb + wanted_kb; });
}

// Is memory short, or only in pieces? The largest piece of each zone tells.
void tell_zones(const Report& r, Explanation& e, std::string_view id, std::uint64_t wanted_kb) {
  const auto zones = free_zones(r);
  if (zones.empty()) return;
  std::uint64_t free_kb = 0, largest_kb = 0, ordinary_kb = 0;
  std::string pieces;
  for (const auto& zone : zones) {
    free_kb += zone.free_kb;
    largest_kb = std::max(largest_kb, zone.largest_kb);
    ordinary_kb = std::max(ordinary_kb, zone.ordinary_kb);
    pieces += (pieces.empty() ? "" : ", ") + zone.name + " " + size_words(zone.largest_kb);
  }
  const std::string free = size_words(free_kb) + " were free, the largest pieces: " + pieces;
  const std::string evidence = "Mem-Info's free lists and the order";
  if (free_kb < wanted_kb * 2 || (wanted_kb <= 4 && largest_kb < 64))
    add_likely(e, id, "memory is used up: " + free, "Mem-Info's free lists");
  else if (largest_kb < wanted_kb)
    add_certain(e, id, "memory is in pieces: " + free + ", none of " + size_words(wanted_kb), evidence);
  else if (ordinary_kb < wanted_kb && !is_movable(r))
    add_certain(e, id,
                "memory is in pieces: " + free + "; those of " + size_words(wanted_kb) +
                    " are kept for others (CMA, atomic allocations), the largest that are not have " +
                    size_words(ordinary_kb),
                evidence + ", with the blocks' types");
  else if (only_reserve_left(r, wanted_kb))
    add_certain(e, id, "memory is used up but for the zones' reserve (min): " + free, "Mem-Info's free: and min:");
  else
    add_likely(e, id, free + ": what is left is the zones' reserve, or in zones that the flags do not allow",
               "Mem-Info's free lists");
}

void why_not(const Report& r, Explanation& e, std::string_view id) {
  Scanner digits(r.fact(fact::order));
  unsigned order = 0;
  const bool known = digits.dec(order) && order < 20;
  const auto page = page_kb(r) ? page_kb(r) : 4;
  if (known && order > 0)
    add_certain(e, id, size_words(page << order) + " in one piece were asked for (order " + std::to_string(order) + ")",
                "the order");
  if (known) tell_zones(r, e, id, page << order);
  const auto flags = gfp_flags(r);
  for (const auto& row : flag_words)
    if (flags.find(row.flag) != std::string::npos) add_certain(e, id, std::string(row.words), "the flags");
  if (known && order > 3)
    add_step(e, "a driver that needs no contiguous memory should use kvmalloc() or vmalloc()");
  else if (!r.fact(fact::size).empty())
    add_step(e, "the caller must check the size, or take __GFP_NOWARN if user space may choose it");
  else if (flags.find("GFP_ATOMIC") != std::string::npos || flags.find("GFP_NOWAIT") != std::string::npos)
    add_step(e, "raise vm.min_free_kbytes if it happens often; else the caller's own way to cope is enough");
  else
    add_step(e, "look at who holds the memory: the OOM killer's table, slabtop, and what is in no account");
}

// A number that user space handed in is what was asked for: nobody checked it.
void whose_size(const Report& r, Explanation& e, std::string_view id) {
  const auto bytes = bytes_wanted(r);
  if (!bytes || *bytes < 65536) return;
  const auto at = std::ranges::find(r.user_registers, *bytes, &Register::value);
  if (at == r.user_registers.end()) return;
  add_likely(e, id,
             "the size is an argument of the system call (" + at->name + " = " + hex(at->value) +
                 "): user space chose it, and nobody checked it",
             "the headline and " + at->name);
}

constexpr auto rules = std::to_array<Rule>({
    {.id = "allocation-size", .apply = whose_size, .after_traces = true},
    {.id = "allocation-order", .apply = why_not, .after_traces = true},
    {.id = "allocation-memory", .apply = tell_memory, .after_traces = true},
});

}  // namespace

extern constinit const Kind page_allocation{
    .info = {"page-allocation-failure", "memory allocation failure", Severity::notice,
             Trait::runs_in_task | Trait::traceless},
    .headers = headers,
    .sections = sections,
    .shared = mem_info,
    .line = mem_info_row,
    .title = "page allocation failure",
    .sentence = "{task|a task} asked for {pages|memory} and got none[ ({gfp-flags})]",
    .wordings = wordings,
    .gaps = gaps,
    .culprit = {.from = Culprit::From::trace, .words = order_words},
    .rules = rules,
    .goes_on = same_place,
};

}  // namespace unoops::kinds
