// Allocations that failed: v6.1 mm/page_alloc.c warn_alloc, mm/vmalloc.c, mm/slub.c slab_out_of_memory.
#include <array>
#include <charconv>
#include <string>

#include "base/text.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/mem_info.hpp"
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
  if (Scanner s = rest; s.skip_to("size ")) fact_until(s, ",", d, fact::size);
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

// "0x10cc0(GFP_KERNEL|__GFP_NORETRY)": the words
std::string gfp_flags(const Report& r) {
  const auto mask = r.fact(fact::gfp_mask);
  const auto open = mask.find('(');
  const bool named = open != std::string_view::npos && mask.ends_with(')');
  return std::string(named ? mask.substr(open + 1, mask.size() - open - 2) : mask);
}
constexpr auto gaps = std::to_array<Gap>({{"pages", pages}, {"gfp-flags", gfp_flags}});

void why_not(const Report& r, Explanation& e, std::string_view id) {
  int order = 0;
  const auto digits = r.fact(fact::order);
  std::from_chars(digits.data(), digits.data() + digits.size(), order);
  if (order > 3) {
    add_finding(e, id, std::to_string((4ull << order)) + " kB in one piece: memory may be free, but not side by side");
    add_step(e, "a driver that needs no contiguous memory should use kvmalloc() or vmalloc()");
  }
  if (r.fact(fact::gfp_mask).find("GFP_ATOMIC") != std::string_view::npos)
    add_finding(e, id, "the caller could not wait (GFP_ATOMIC), and must cope with failure");
}

constexpr auto rules = std::to_array<Rule>({{.id = "allocation-order", .apply = why_not, .after_traces = true}});

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
    .gaps = gaps,
    .culprit = {.from = Culprit::From::trace, .words = order_words},
    .rules = rules,
    .goes_on = same_place,
};

}  // namespace unoops::kinds
