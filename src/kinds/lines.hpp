// Readers and lists of lines that several kinds print.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"
#include "grammar/scanner.hpp"

namespace unoops::kinds {

// The line being read, blanks at its ends off.
std::string_view line_text(const ReportBuilder&);

// Words to keep; no frames are expected behind them.
bool keep_line(Scanner rest, ReportBuilder&);
// Known, and nothing to keep.
bool pass_line(Scanner rest, ReportBuilder&);
// The words label the stack whose frames follow; what stands behind a ':' or " on cpu" is no label.
bool label_line(Scanner rest, ReportBuilder&);
// The same, and the one frame behind it is just an address: a variable, a function whose stack frame it is.
bool label_pointer(Scanner rest, ReportBuilder&);

// "ffff888002893000: fa fb fb ..." with '>' or a word before it: a row of a memory dump.
bool is_hex_row(std::string_view text);
// "                   ^" under the guilty byte.
bool is_caret(std::string_view text);

// Keeps "name" for the first word behind `rest`, or what stands before `end`.
void fact_until(Scanner rest, std::string_view end, ReportBuilder&, FactName name);

// "... of task syz-executor/2990": the last slash counts.
bool read_comm_pid(std::string_view text, std::string& comm, std::int64_t& pid);

// The object, in SLUB's reports and in KASAN's to v4.7: v3.x to v5.14 print "INFO: " before these (mm/slub.c
// print_trailer).
bool slab_info(Scanner rest, ReportBuilder&);  // kinds/slab.cpp

// mm/debug.c dump_page, mm/page_owner.c __dump_page_owner (v6.1). To v4.5 the flags came in words of their own.
bool page_line(Scanner rest, ReportBuilder&);
bool page_reason(Scanner rest, ReportBuilder&);
bool page_owner_stack(Scanner rest, ReportBuilder&);
inline constexpr auto page_dump = std::to_array<Section>({
    {SectionId::text, "page:", page_line},
    {SectionId::text, "page: ", page_line},
    {SectionId::text, "head:", keep_line},
    {SectionId::text, "head: ", keep_line},
    {SectionId::text, "flags: ", keep_line},
    {SectionId::text, "raw: ", keep_line},
    {SectionId::text, "page_type: ", keep_line},
    {SectionId::text, "memcg:", keep_line},
    {SectionId::text, "pages's memcg:", keep_line},
    {SectionId::text, "pgalloc_tag", keep_line},
    {SectionId::text, "anon flags: ", keep_line},
    {SectionId::text, "ksm flags: ", keep_line},
    {SectionId::text, "aops:", keep_line},
    {SectionId::text, "page dumped because: ", page_reason},
    {SectionId::text, "page->mem_cgroup:", keep_line},
    {SectionId::text, "page->memcg_data:", keep_line},
    {SectionId::text, "page_owner ", keep_line},
    {SectionId::text, "page is not owned", keep_line},
    {SectionId::stack_label, "page last allocated via order", page_owner_stack},
    {SectionId::stack_label, "page last free ", page_owner_stack},
    {SectionId::stack_label, "page allocated via order", page_owner_stack},
    {SectionId::text, "page_owner free stack trace missing", keep_line},
});

}  // namespace unoops::kinds
