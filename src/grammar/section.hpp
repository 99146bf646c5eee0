// The lines that reports are made of, by the words that they start with.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/scanner.hpp"
#include "unoops/flags.hpp"

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

// What is true of every line of a row. parse/expects.cpp uses it to decide which report a line belongs to.
enum class LineTrait : std::uint32_t {
  shared = 1u << 0,        // several architectures print it, so it does not say which one this is
  selector = 1u << 1,      // a segment selector is printed before the value and tells user mode from the kernel
  long_form = 1u << 2,     // left out where registers are printed within a trace
  again = 1u << 3,         // printed once more behind the end trace, with the registers of the oops
  ends_panic = 1u << 4,    // closes a panic, not the trace of the report
  by_other_cpu = 1u << 5,  // the CPU that it names prints it, and the lines behind it, into the report of another
  proves = 1u << 6,        // alone it proves a report whose other lines are lost
};
using LineTraits = Flags<LineTrait>;
constexpr LineTraits operator|(LineTrait a, LineTrait b) { return LineTraits(a) | b; }

struct Section {
  SectionId id;
  std::string_view starts;  // the text starts so, blanks before it aside
  // Reads what stands behind `starts`. False: damaged, or not this after all. Null: nothing to keep.
  bool (*read)(Scanner rest, ReportBuilder&) = nullptr;
  // Registers: the number of the row in the dump. Code: above 0 where the row goes on with the one before.
  int order = 0;
  LineTraits traits = {};
  // True: the report has its line of this row. Null: the kernel may print several lines of the row in one report.
  bool (*told)(const ReportBuilder&) = nullptr;
};

using Sections = std::span<const Section>;

}  // namespace unoops::grammar
