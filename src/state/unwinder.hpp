// The calls that a stack holds, found as the kernel's own unwinder finds them (v6.1 arch/x86/kernel/unwind_orc.c
// unwind_next_frame): no word of the stack is taken for a return address that is none.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "state/code_map.hpp"
#include "unoops/stack.hpp"

namespace unoops::state {

struct StackRange {
  std::uint64_t begin = 0, end = 0;
  Context context = Context::task;
  bool holds(std::uint64_t address) const { return address - begin < end - begin; }
};

// What is known of the registers at a frame. Those beside ip, sp and bp only where the kernel has saved them all.
struct Registers {
  std::uint64_t ip = 0, sp = 0;
  std::optional<std::uint64_t> bp = {}, r10 = {}, r13 = {}, di = {}, dx = {};
  bool exact = false;  // ip is the instruction itself, not the one behind a call
  bool user = false;   // of a program
};

// The members of a struct pt_regs by their names, wherever it lies. Nothing: one that no frame can do without is missing.
using RegisterReader = std::function<std::optional<std::uint64_t>(std::string_view member)>;
std::optional<Registers> registers_of(const RegisterReader&);
// A struct pt_regs at the address; nothing: it is not in the dump.
std::optional<Registers> saved_registers(Target&, std::uint64_t at);

struct UnwoundFrame {
  std::uint64_t ip = 0;
  bool exact = false;  // what was interrupted, or the first
  Context context = Context::task;
  std::optional<std::uint64_t> saved_at = {};  // the struct pt_regs of what was interrupted
  std::uint64_t sp = 0;
  bool no_code = false;  // the CPU was sent there, and found no code: all registers are still the caller's
};

struct UnwoundStack {
  enum class End {
    entry,   // where a program, or nothing, called the kernel
    absent,  // its memory is not in the dump
    lost,    // something on it leads nowhere: it is damaged, or nobody has told the unwinder of this code
    long_,   // more frames than a stack can hold
  };
  std::vector<UnwoundFrame> frames;
  End end = End::lost;
};

// `stacks`: those that the CPU may have used; nothing outside of them is read.
UnwoundStack unwind(Target&, CodeMap&, std::span<const StackRange> stacks, const Registers&);

}  // namespace unoops::state
