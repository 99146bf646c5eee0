#include "report/stack_role.hpp"

#include <algorithm>
#include <array>

namespace unoops::report {
namespace {

struct Row {
  StackRole role;
  std::string_view begins, holds = {};
  bool whole = false;  // the label is these words, with nothing behind them
  bool fits(std::string_view label) const {
    return whole ? label == begins : label.starts_with(begins) && label.find(holds) != std::string_view::npos;
  }
};

// The first row that fits counts. Labels are the log's own words, but for those of register dumps ("pc", "lr") and of
// traces ("Call Trace", "task comm:pid"), which the readers write in one form for all architectures.
constexpr auto rows = std::to_array<Row>({
    {StackRole::pc, "pc", {}, true},
    {StackRole::link, "lr", {}, true},
    {StackRole::trace, "Call Trace", {}, true},
    {StackRole::panic_trace, "Call Trace (panic)", {}, true},
    {StackRole::state_trace, "Call Trace"},
    {StackRole::cpu_trace, "NMI backtrace"},
    {StackRole::cpu_trace, "State of CPU "},
    {StackRole::task_trace, "task "},
    // v6.1 mm/slub.c print_track, mm/kasan/report.c print_track
    {StackRole::allocated_in, "Allocated in", {}, true},
    {StackRole::freed_in, "Freed in", {}, true},
    {StackRole::allocated, "Allocated"},
    {StackRole::freed, "Freed"},
    // v6.1 mm/kasan/report_generic.c kasan_print_aux_stacks; to v5.8 "Last call_rcu():"
    {StackRole::free_requested, "Last potentially related work creation"},
    {StackRole::free_requested, "Last call_rcu"},
    {StackRole::kasan_frame, "in frame", {}, true},
    // v6.1 mm/page_owner.c __dump_page_owner
    {StackRole::page_allocated, "page last allocated"},
    // v6.1 mm/kmsan/report.c kmsan_print_origin
    {StackRole::kmsan_created, "Uninit was created at"},
    {StackRole::kmsan_stored, "Uninit was stored to memory at"},
    {StackRole::kmsan_variable, "Local variable "},
    // v6.1 kernel/kcsan/report.c get_access_type
    {StackRole::race_read, "read", " by "},
    {StackRole::race_write, "write", " by "},
    // v6.1 kernel/smp.c csd_lock_wait_toolong
    {StackRole::csd_call, "CSD lock", {}, true},
    // v6.1 kernel/locking/lockdep.c print_lock, print_circular_bug_entry, print_bad_irq_dependency, print_usage_bug
    {StackRole::lock_at, "at", {}, true},
    {StackRole::lock_chain, "-> #"},
    {StackRole::lock_in_irq, "... which became ", "-irq-safe at"},
    {StackRole::lock_irqs_on, "... which became ", "-irq-unsafe at"},
    {StackRole::lock_in_irq, "{IN-", " state was registered at"},
    {StackRole::lock_irqs_on, "{", "-ON-"},
    {StackRole::address, "key at", {}, true},
    {StackRole::address, "allocated at"},
    // v6.1 arch/s390/kernel/dumpstack.c show_last_breaking_event
    {StackRole::address, "Last Breaking-Event-Address", {}, true},
});

}  // namespace

StackRole role_of_label(std::string_view label) {
  const auto row = std::ranges::find_if(rows, [&](const Row& r) { return r.fits(label); });
  return row == rows.end() ? StackRole::other : row->role;
}

std::string task_label(std::string_view comm, std::int64_t pid) {
  return std::string("task ").append(comm).append(":").append(std::to_string(pid));
}

std::string cpu_state_label(unsigned cpu) { return "State of CPU " + std::to_string(cpu); }

}  // namespace unoops::report
