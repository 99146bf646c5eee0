// What lockdep prints below a title: v6.1 kernel/locking/lockdep.c.
#pragma once

#include <array>
#include <string_view>

#include "base/rooms.hpp"
#include "kinds/lines.hpp"

namespace unoops::kinds {

// Rows of tables and scenarios, stacks' captions, locks; the second also where RCU was used.
bool lockdep_row(std::string_view text, ReportBuilder&);
bool lockdep_rcu_row(std::string_view text, ReportBuilder&);

bool lockdep_usage(Scanner, ReportBuilder&);
bool lockdep_irq_stack(Scanner, ReportBuilder&);
bool lockdep_chain_head(Scanner, ReportBuilder&);
bool lockdep_held_row(Scanner, ReportBuilder&);
bool lockdep_held_by(Scanner, ReportBuilder&);

inline constexpr auto lockdep_sections = std::to_array<Section>({
    {SectionId::text, "but ", keep_line},
    {SectionId::text, "and ", keep_line},
    {SectionId::text, "which ", keep_line},
    {SectionId::text, "to a ", keep_line},
    {SectionId::text, "the existing dependency chain", keep_line},
    {SectionId::text, "the dependencies between ", keep_line},
    {SectionId::text, "the shortest dependencies between ", keep_line},
    {SectionId::text, "other info that might help us debug this:", pass_line},
    {SectionId::text, "stack backtrace:", pass_line},
    {SectionId::text, "Possible unsafe locking scenario", keep_line},
    {SectionId::text, "Possible interrupt unsafe locking scenario", keep_line},
    {SectionId::text, "May be due to missing lock nesting notation", keep_line},
    {SectionId::text, "Chain exists of:", keep_line},
    {SectionId::text, "inconsistent {", lockdep_usage},
    {SectionId::stack_label, "... which became ", lockdep_irq_stack},
    {SectionId::stack_label, "-> ", lockdep_chain_head},
    {SectionId::locks, "#", lockdep_held_row},
    {SectionId::locks, "", lockdep_held_by},
    {SectionId::text, "rcu_scheduler_active = ", keep_line},
    {SectionId::text, "RCU used illegally from ", keep_line},
    {SectionId::text, "Hash chain already cached", keep_line},
    {SectionId::text, "Held locks:", keep_line},
    {SectionId::text, "Locks in cached chain:", keep_line},
    {SectionId::text, "turning off the locking correctness validator.", pass_line},
    {SectionId::text, "Please attach the output of /proc/lock_stat", pass_line},
});

}  // namespace unoops::kinds
