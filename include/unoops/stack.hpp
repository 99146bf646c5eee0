// The frames of a report, and what each run of them is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unoops/symbol_ref.hpp"
#include "unoops/value.hpp"

namespace unoops {

struct Frame {
  SymbolRef ref;
  bool reliable = true;  // false: '?' on x86, "(unreliable)" on powerpc, "([<" on s390
  std::uint64_t line_no = 0;
  std::string marks;              // arm64's "P", "F", ... (kernel v6.13, arch/arm64/kernel/stacktrace.c)
  std::vector<Location> printed;  // file:line that the log itself already carries
  Lookup lookup = Unresolved{};
  std::vector<DumpedValue> variables = {};  // that a memory dump still has
};

// What a stack's label says that it is; src/report/stack_role.cpp reads it from the words.
enum class StackRole {
  other,           // words before addresses that nobody asks for
  pc,              // the instruction pointer of a register dump
  link,            // its link register: the way back to the caller
  trace,           // the report's own call trace
  panic_trace,     // the trace of the panic that the report led to
  state_trace,     // of the CPU that reports, behind its own trace: "Call Trace of swapper/1"
  cpu_trace,       // another CPU's: asked for by NMI, or out of a memory dump
  task_trace,      // another task's
  allocated,       // who allocated the object
  freed,           // who freed it
  allocated_in,    // SLUB's line of who allocated it: one address
  freed_in,        // SLUB's line of who freed it
  free_requested,  // who asked for an object to be freed later (RCU, a work item)
  page_allocated,  // who allocated the page (CONFIG_PAGE_OWNER)
  kasan_frame,     // the function whose stack frame holds the address
  kmsan_created,   // who made the memory that was never written
  kmsan_stored,    // who copied the value that was never set
  kmsan_variable,  // the function of the variable that was never set
  race_read,       // KCSAN: the one that read
  race_write,      // KCSAN: the one that wrote
  csd_call,        // the function that a CPU was asked to call
  lock_at,         // where a lock was taken: one address
  lock_chain,      // lockdep: where a lock of the chain was taken
  lock_in_irq,     // lockdep: where it was taken in an interrupt
  lock_irqs_on,    // lockdep: where it was taken with interrupts on
  address,         // one address with words before it, at which no trace begins
};

// Where the kernel ran, as the marks within a trace say.
enum class Context { none, task, irq, softirq, hardirq, nmi, exception, entry, unknown, other };

// Where in the report a stack comes from, whatever its role.
enum class Occurrence {
  own,
  headline,  // the header's own address: it names the report
  repeat,    // the registers that are printed again behind the end trace
  again,     // of a report that only goes on with this one (Report::followed_by)
};

struct Stack {
  std::string label;  // as printed, for output alone: "Allocated by task 12", "NMI backtrace for cpu 1"
  StackRole role = StackRole::other;
  Context context = Context::none;
  std::string context_word;  // Context::other: the mark itself, in lower case
  Occurrence occurrence = Occurrence::own;
  std::vector<Frame> frames;    // in the order of the log
  std::optional<int> cpu, pid;  // of a stack that is not the report's own (NMI backtraces, task dumps)
  std::string comm;
  std::string state;             // of the task, as ps(1) has it: "D". Told by a memory dump
  std::uint64_t more_tasks = 0;  // of the dump that have this very stack, too
};

// The word that JSON prints for a context; empty: none.
std::string_view context_id(Context);
// The same for a stack, whose occurrence goes before its context: "headline", "again", "irq".
std::string_view context_word(const Stack&);

}  // namespace unoops
