// Mem-Info: v6.1 lib/show_mem.c, mm/page_alloc.c show_free_areas. Kept as the report's messages; its totals as facts.
#pragma once

#include <array>

#include "base/rooms.hpp"
#include "kinds/lines.hpp"

namespace unoops::kinds {

bool mem_node(Scanner rest, ReportBuilder&);
bool mem_free_swap(Scanner rest, ReportBuilder&);
bool mem_total_swap(Scanner rest, ReportBuilder&);
// Rows that begin with a number: "65406 pages RAM".
bool mem_info_row(std::string_view text, ReportBuilder&);

inline constexpr auto mem_info = std::to_array<Section>({
    {SectionId::text, "Mem-Info:", pass_line},
    {SectionId::text, "active_anon:", keep_line},
    {SectionId::text, "active_file:", keep_line},
    {SectionId::text, "unevictable:", keep_line},
    {SectionId::text, "slab_reclaimable:", keep_line},
    {SectionId::text, "mapped:", keep_line},
    {SectionId::text, "sec_pagetables:", keep_line},
    {SectionId::text, "kernel_misc_reclaimable:", keep_line},
    {SectionId::text, "free:", keep_line},
    {SectionId::text, "Node ", mem_node},
    {SectionId::text, "lowmem_reserve[]:", keep_line},
    {SectionId::text, "DMA", keep_line},  // to v4.x zones without a node; per-cpu lists behind them
    {SectionId::text, "Normal ", keep_line},
    {SectionId::text, "Normal: ", keep_line},
    {SectionId::text, "HighMem ", keep_line},
    {SectionId::text, "HighMem: ", keep_line},
    {SectionId::text, "Movable ", keep_line},
    {SectionId::text, "Movable: ", keep_line},
    {SectionId::text, "CPU ", keep_line},
    {SectionId::text, "Swap cache stats:", keep_line},
    {SectionId::text, "Free swap ", mem_free_swap},
    {SectionId::text, "Total swap ", mem_total_swap},
    {SectionId::text, "Unreclaimable slab info:", keep_line},
    {SectionId::text, "Memory allocations:", keep_line},
});

}  // namespace unoops::kinds
