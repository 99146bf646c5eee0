// What happened, and how sure we are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unoops/fault.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops {

enum class Confidence { certain, likely };

// The pointer that was bad, as C (inspect).
struct Cause {
  std::string expression;              // "dev->queue"
  std::string type;                    // what it points to: "struct kfault_queue"
  std::string member;                  // what was touched through it: "head", "stats.errors", "desc[3].len"
  std::optional<std::int64_t> offset;  // of that member, in bytes
  std::optional<std::uint64_t> value;  // the pointer's value
  Confidence confidence = Confidence::likely;
  std::string function;  // the (inlined) function whose variables the expression names
  std::string reason;    // "location list and Code bytes agree"
  // The member that lies as far behind the type's start as the value lies below NULL: container_of() of NULL.
  std::string embedded = {};
  std::string comment = {};  // what the source says of the member (DecodeOptions::source_dirs)
};

// The check that failed, as the source has it at the line that the log names (DecodeOptions::source_dirs).
struct Check {
  std::string macro;      // "WARN_ON_ONCE"
  std::string condition;  // "!irqs_disabled()"; empty: none, as of BUG()
  Location at;
  std::string function;                        // that the line is in
  Confidence confidence = Confidence::likely;  // certain: it is the function that the log names
};

// The bad pointer in the terms of the caller that passed it in (inspect).
struct Handed {
  std::string expression;              // "p->peer"
  std::string type;                    // what it points to: "struct task_struct"
  std::string function;                // the function whose variables the expression names
  std::string callee;                  // that it passed the pointer to
  std::string returned_by;             // the function that gave the pointer; empty: not known
  std::optional<std::uint64_t> value;  // of the expression
  Confidence confidence = Confidence::likely;
};

// One decoded instruction around the fault.
struct Instruction {
  std::uint64_t offset = 0;                     // of its first byte in code.bytes
  std::optional<std::int64_t> function_offset;  // from the function's start, where that is known
  std::vector<std::uint8_t> bytes;
  std::string text;  // AT&T syntax on x86, as the kernel's own tools print
  bool faulting = false;
  std::string note;                         // "rax = dev->port.tx = 0"
  std::vector<std::string> registers = {};  // that it names in their full width, as the log calls them
};

// What an instruction uses for a purpose: a register, or its memory operand.
struct Operand {
  std::string reg;                     // as the log calls it; empty: the memory operand
  std::optional<std::uint64_t> value;  // of the part that is used; the log has no memory
};

// The address whose shadow KASAN's inline check read, where that faulted.
struct ShadowOrigin {
  std::uint64_t address = 0;           // the first of those that the shadow's byte describes
  std::string reg;                     // from which the address was computed; empty: not known
  std::optional<std::uint64_t> value;  // of that register
};

// What the faulting instruction does.
enum class Operation {
  none,  // not known, or nothing of these
  load,
  store,
  read_write,  // one access that does both
  string_copy,
  string_store,
  string_read,
  user_copy,  // copy_from_user() and its like
  call,
  jump,
  ret,
  trap,
  divide,
  execute,  // there is no instruction: the address that was executed is bad
};
// The words that JSON prints; empty for none.
std::string_view operation_id(Operation);

// What a call of a function takes of the stack, by the instructions at its start.
struct StackUse {
  std::string function;
  std::uint64_t bytes = 0;
  std::uint64_t locals = 0;  // of these, for its variables, as scripts/checkstack.pl counts; 0: not known
  std::uint64_t calls = 1;   // of it on the trace
};

// A spinlock that a function of the trace had taken before the fault, and not given back.
struct TakenLock {
  std::string lock;      // "dev->lock"; empty: not known
  std::string taker;     // the function that was called for it: "_raw_spin_lock_irqsave"
  std::string function;  // that called it
};

// Where and what the faulting instruction is (inspect).
struct FaultSite {
  std::vector<Instruction> instructions;  // a window around the fault
  std::string base_register;              // of the memory operand, in the log's names; empty: none
  std::optional<std::uint64_t> base_value;
  std::string index_register;  // beside a base; its value is scaled
  std::optional<std::uint64_t> index_value;
  std::optional<std::int64_t> displacement;
  std::optional<std::uint64_t> effective_address;
  std::optional<bool> is_write;
  unsigned access_size = 0;  // bytes, 0 unknown
  Operation operation = Operation::none;
  bool agrees_with_fault_address = false;
  std::optional<Operand> callee;       // where an indirect call or jump goes
  std::optional<Operand> divisor;      // of a division
  std::optional<ShadowOrigin> shadow;  // of a check of KASAN's
  BadPointer bad_pointer;
  std::vector<Sighting> sightings;  // of the bad pointer's value
  std::optional<Cause> cause;
  std::optional<Handed> handed;  // the outermost caller that is proven
  std::optional<Cause>
      touched;  // KASAN: the pointer that was used, if its value is good but its object was freed or is too small
  std::vector<std::pair<std::string, std::string>>
      register_names;  // "RAX", "dev->queue": what registers held at the fault
  std::vector<std::pair<std::string, std::string>>
      call_parameters;                 // "fd", "unsigned int": of the system call, where DWARF tells
  std::vector<StackUse> stack_use;     // of an overflow: the functions of the trace, the largest first
  std::vector<TakenLock> locks_taken;  // by the calls of the trace's functions, the innermost first
  std::optional<Check> check;
  std::vector<std::string> doubts;  // "the memory operand is 0x10, CR2 says 0x18"
};

// A fact in words, its rule and its evidence.
struct Finding {
  std::string rule;  // id of the rule: "null-pointer"
  std::string text;
  std::string evidence;
  Confidence confidence = Confidence::likely;  // certain has evidence
};

struct Explanation {
  std::string summary;            // one sentence
  std::vector<Finding> findings;  // more facts: error bits, address class, object, ...
  // The frame to look at, if it is not the one that the title names (stalls, calls of NULL).
  std::optional<std::size_t> look_stack, look_frame;
  std::string who;        // "CPU 1, swapper/1 (idle, pid 0) was interrupted; it is not the culprit"
  std::string why_fatal;  // empty: the machine went on
  std::vector<std::string> next_steps;
  std::string next_none;  // why there are none, where the report is worse than a notice
};

}  // namespace unoops
