#include "state/frame_registers.hpp"

#include <algorithm>

#include "arch/arch.hpp"

namespace unoops::state {
namespace {

// System V ABI for x86-64, 3.2.1; the registers' numbers are in 3.6.2.
constexpr std::size_t bx = 3, bp = 6, sp = 7, r12 = 12, ip = 16;
constexpr bool is_kept_by_calls(std::size_t reg) { return reg == bx || reg == bp || (reg >= r12 && reg < ip); }

std::optional<std::uint64_t> of_caller(Target& target, const FrameRegisters& here, std::size_t reg,
                                       const RegisterRule& rule, std::uint64_t cfa) {
  const auto address = cfa + static_cast<std::uint64_t>(rule.offset);
  switch (rule.kind) {
    case RegisterRule::Kind::unspecified:
      return is_kept_by_calls(reg) ? here.values[reg] : std::nullopt;
    case RegisterRule::Kind::same:
      return here.values[reg];
    case RegisterRule::Kind::saved:
      return target.memory().number(address);
    case RegisterRule::Kind::address:
      return address;
    default:
      return std::nullopt;
  }
}

// The caller's registers; `here` learns its frame's address. Without a table, or where the ways of the two tables part,
// nothing but the stack pointer is known of the caller.
FrameRegisters step(Target& target, FrameRegisters& here, const std::optional<CallFrame>& frame,
                    std::uint64_t sp_of_caller) {
  FrameRegisters out;
  out.values[sp] = sp_of_caller;
  if (!frame || frame->cfa_register == no_reg) return out;
  const auto base = here.values[static_cast<std::size_t>(frame->cfa_register)];
  if (!base) return out;
  const auto cfa = *base + static_cast<std::uint64_t>(frame->cfa_offset);
  if (cfa != sp_of_caller) return out;
  here.frame_address = cfa;
  for (std::size_t reg = 0; reg < out.values.size(); ++reg)
    if (reg != sp) out.values[reg] = of_caller(target, here, reg, frame->rules[reg], cfa);
  return out;
}

// All members of a struct pt_regs.
FrameRegisters all_registers(const RegisterReader& number, const arch::CoreNotes& notes) {
  FrameRegisters out;
  for (std::size_t reg = 0; reg < std::min(out.values.size(), notes.members.size()); ++reg)
    out.values[reg] = number(notes.members[reg]);
  return out;
}

}  // namespace

FrameRegisters registers_at_top(Target& target, const Cpu& cpu) {
  const auto& notes = *target.memory().core().arch->core_notes;
  return all_registers(
      [&](std::string_view member) -> std::optional<std::uint64_t> {
        const auto& at = target.place("pt_regs", member);
        if (!cpu.note || !at || notes.registers + at->offset + 8 > cpu.note->bytes.size()) return std::nullopt;
        return little64(cpu.note->bytes, notes.registers + at->offset);
      },
      notes);
}

// v6.1 arch/x86/include/asm/switch_to.h struct inactive_task_frame: what a function keeps for its caller, and no more.
FrameRegisters registers_at_top(Target& target, const Task& task) {
  const auto at = target.number(task.address, "task_struct", "thread.sp");
  const auto& notes = *target.memory().core().arch->core_notes;
  if (!at) return {};
  return all_registers([&](std::string_view member) { return target.number(*at, "inactive_task_frame", member); },
                       notes);
}

std::vector<FrameRegisters> registers_along(Target& target, const UnwoundStack& stack, std::size_t first,
                                            std::size_t end, const FrameRegisters& at_top, const CallFrameOf& tables) {
  std::vector<FrameRegisters> out;
  const auto& frames = stack.frames;
  // What was interrupted has saved all of its registers: nothing above counts.
  auto begin = std::min(first, frames.size());
  while (begin > 0 && !(begin < frames.size() && frames[begin].saved_at)) --begin;
  FrameRegisters here = at_top;
  for (auto i = begin; i < std::min(end, frames.size()); ++i) {
    if (frames[i].saved_at)
      here =
          all_registers([&](std::string_view member) { return target.number(*frames[i].saved_at, "pt_regs", member); },
                        *target.memory().core().arch->core_notes);
    here.values[sp] = frames[i].sp;
    FrameRegisters next;
    if (frames[i].no_code) {
      next = here;
    } else if (i + 1 < frames.size() && !frames[i + 1].saved_at) {
      next = step(target, here, tables(frames[i]), frames[i + 1].sp);
    }
    if (i >= first) out.push_back(here);
    here = next;
  }
  return out;
}

}  // namespace unoops::state
