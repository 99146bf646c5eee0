// The lines that reports are made of, by the words that they start with.
#pragma once

#include <span>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/scanner.hpp"

namespace unoops::grammar {

struct ReportBuilder;

// In the order in which an x86-64 oops prints them (kernel v6.1: arch/x86/mm/fault.c, kernel/dumpstack.c,
// lib/dump_stack.c). The order is what tells two reports apart that were printed at once without caller ids.
enum class SectionId {
  detail,     // of the header: #PF:, PGD, Mem abort info, KASAN range
  die,        // Oops: 0002 [#1]
  cpu,        // CPU: 1 PID: 2 Comm: x
  task_info,  // Tainted: [W]=WARN, Hardware name, Workqueue, task: ... stack:
  pc,         // RIP:, pc :, NIP
  code,       // Code:
  registers,
  trace_start,  // Call Trace:
  trace_mark,   // <TASK>, </IRQ>
  frame,
  stack_label,   // Allocated by task 12:
  modules,       // Modules linked in:
  modules_more,  // the rest of a list that was broken
  end_mark,      // ---[ end trace
  locks,         // held locks, irq stamps
  backtrace,     // NMI backtrace for cpu 1, task:x state:D: a block of its own within the report
  trailer,       // note: x[1] exited, Fixing recursive fault, Kernel Offset
  text,          // words that only this kind prints
};

struct Section {
  SectionId id;
  std::string_view starts;  // the text starts so, blanks before it aside
  bool (*read)(Scanner rest,
               ReportBuilder&) =
      nullptr;          // behind `starts`; false: damaged or not this after all. null: nothing to keep
  int order = 0;        // place among its like: registers' lines, rows that go on with the code
  bool shared = false;  // several architectures print it: it tells none of them
};

using Sections = std::span<const Section>;

}  // namespace unoops::grammar
