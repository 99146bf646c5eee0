// The kinds of report: what the world sees of a row of the table in src/kinds.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "unoops/flags.hpp"

namespace unoops {

enum class Severity { notice, warning, error, fatal };

std::string_view severity_id(Severity);
std::optional<Severity> severity_from_id(std::string_view);

// What is true of every report of a kind. Code that treats several kinds alike asks for a trait, never for their ids.
enum class Trait : std::uint32_t {
  // what happened
  stall = 1u << 0,              // a CPU does not come back, because what it runs does not end
  repeats = 1u << 1,            // the kernel prints the report again for as long as the trouble lasts
  bad_pointer = 1u << 2,        // the CPU refused an access through a pointer, whether or not the address is printed
  maybe_bad_pointer = 1u << 3,  // a bad pointer is one of several causes: address and registers decide
  bad_pc = 1u << 4,             // a bad pointer is the cause only if it was executed
  bad_stack = 1u << 5,          // the CPU could not push an exception's frame on the stack
  stack_overflow = 1u << 6,     // the kernel's own words are that a stack ran over
  refused_value = 1u << 7,      // the CPU refused a value before it looked for a page: not canonical, or no segment
  emulated = 1u << 8,           // the kernel first tried to do the access in the instruction's place
  as_nmi = 1u << 9,             // the exception counts as an interrupt, in which no task can be killed
  checked_access = 1u << 10,    // a detector found a bad access of the code that it watches
  compiler_check = 1u << 11,    // the detector's check is the compiler's, and runs before the access

  // how the kernel prints it
  bracketed = 1u << 12,         // between rulers: every line of the report's context belongs to it
  runs_in_task = 1u << 13,      // without show_regs(): a pc line before the trace belongs to another report
  awaits_oops = 1u << 14,       // the headline comes before the "Oops: " line, and the CPU line only after that
  traceless = 1u << 15,         // a report without a call trace is complete
  headless = 1u << 16,          // takes frames that no header announced
  derives_panic = 1u << 17,     // a panic: its reason may name the report that it comes from (facts/panics)
  describes_object = 1u << 18,  // what its lines say of the object and its page is in the summary
  dumps_object = 1u << 19,      // rows of an object's bytes, most of them as they were set
  names_helper = 1u << 20,      // "kernel BUG at FILE:LINE" is a helper's place; the message has the real one
  common_words = 1u << 21,      // a form of the headline may be anybody's words: without a pc or trace it is none

  by_debugger = 1u << 23,  // a debugger printed it, in one piece: only the trace tells what happened
  not_stopped = 1u << 24,  // no line tells it: the memory of a machine that nobody had stopped

  // who else it is about
  waits = 1u << 22,  // somebody waits, maybe for a lock that a dead task left locked
};
using Traits = Flags<Trait>;
constexpr Traits operator|(Trait a, Trait b) { return Traits(a) | b; }

struct KindInfo {
  std::string_view id;    // "null-pointer-dereference": JSON's `kind`, `--kind`
  std::string_view name;  // "NULL pointer dereference": for people
  Severity severity = Severity::error;
  Traits traits = {};
  std::string_view detector = {};  // "KASAN": whose frames stand above the access; empty: no detector's report

  constexpr bool has(Traits any) const { return traits.has(any); }
};

// All kinds in the order of precedence.
std::span<const KindInfo* const> all_kinds();
const KindInfo* find_kind(std::string_view id);

}  // namespace unoops
