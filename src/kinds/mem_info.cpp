#include "kinds/mem_info.hpp"

#include "base/text.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {

bool mem_node(Scanner rest, ReportBuilder& d) {
  unsigned node = 0;
  return rest.dec(node) && keep_line(rest, d);
}

bool mem_free_swap(Scanner rest, ReportBuilder& d) {
  if (rest.blanks().lit("= ")) fact_until(rest, "", d, fact::swap_free);
  return keep_line(rest, d);
}

bool mem_total_swap(Scanner rest, ReportBuilder& d) {
  if (rest.blanks().lit("= ")) fact_until(rest, "", d, fact::swap_total);
  return keep_line(rest, d);
}

bool mem_info_row(std::string_view text, ReportBuilder& d) {
  std::uint64_t count = 0;
  Scanner s(trim(text));
  if (!s.dec(count)) return false;
  const auto what = trim(s.rest());
  static constexpr auto rows = std::to_array<std::string_view>(
      {"total pagecache pages", "pages in swap cache", "pages RAM", "pages HighMem/MovableOnly", "pages reserved",
       "pages cma reserved", "pages hwpoisoned", "pages shared", "pages non-shared", "pages in swapcache"});
  for (const auto row : rows)
    if (what == row) {
      if (row == "pages RAM") d.report.set_fact(fact::pages_ram, std::to_string(count));
      return keep_line(s, d);
    }
  return false;
}

}  // namespace unoops::kinds
