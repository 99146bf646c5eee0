#include "state/unwinder.hpp"

#include <algorithm>
#include <utility>

namespace unoops::state {
namespace {

// A frame takes at least a return address and mostly more: the deepest that a stack of 16 KiB has held in practice are
// 100.
constexpr std::size_t most_frames = 512;
constexpr std::uint64_t word = 8;

using End = UnwoundStack::End;

class Walk {
 public:
  Walk(Target& target, CodeMap& code, std::span<const StackRange> stacks, const Registers& at)
      : target_(target), code_(code), stacks_(stacks), at_(at), left_(stacks.size()) {}

  UnwoundStack run() {
    out_.end = End::entry;
    while (!at_.user) {
      const auto* stack = stack_around(at_.sp);
      if (out_.frames.size() == most_frames) return ended(End::long_);
      out_.frames.push_back(
          {at_.ip, at_.exact, stack ? stack->context : Context::none, std::exchange(saved_at_, {}), at_.sp});
      auto entry = code_.orc(at_.exact ? at_.ip : at_.ip - 1);
      if (!entry) entry = called_astray();
      if (!entry) return ended(End::lost);
      if (entry->kind == OrcEntry::Kind::end) break;
      const auto sp = at_.sp;
      if (!step(*entry)) return ended(problem_);
      if (!moves_on(stack, sp)) return ended(End::lost);
    }
    return std::move(out_);
  }

 private:
  UnwoundStack ended(End why) {
    out_.end = why;
    return std::move(out_);
  }

  const StackRange* stack_of(std::uint64_t address) const {
    const auto at = std::ranges::find_if(stacks_, [&](const StackRange& s) { return s.holds(address); });
    return at == stacks_.end() ? nullptr : &*at;
  }

  // A stack that ran over ends in the page below it, which is not mapped (v6.1 arch/x86/kernel/unwind_orc.c
  // __unwind_start).
  const StackRange* stack_around(std::uint64_t sp) const {
    constexpr std::uint64_t page = 4096;
    const auto* stack = stack_of(sp);
    return stack ? stack : stack_of((sp + page - 1) & ~(page - 1));
  }

  std::optional<std::uint64_t> load(std::uint64_t address) {
    problem_ = End::lost;
    const auto* stack = stack_of(address);
    if (!stack || stack->end - address < word) return std::nullopt;
    problem_ = End::absent;
    return target_.memory().number(address);
  }

  // A call through a bad pointer has left its return address, and nothing else was run (v6.1 arch/x86/kernel/unwind_orc.c
  // null_orc_entry, for NULL; elsewhere what lies there must be an address in code).
  std::optional<OrcEntry> called_astray() {
    if (!at_.exact) return std::nullopt;
    const auto back = load(at_.sp);
    if (!back || (at_.ip != 0 && !code_.orc(*back - 1))) return std::nullopt;
    out_.frames.back().no_code = true;
    OrcEntry entry;
    entry.sp = OrcReg::sp;
    entry.sp_offset = word;
    entry.kind = OrcEntry::Kind::call;
    return entry;
  }

  std::optional<std::uint64_t> base(const OrcEntry& entry) {
    problem_ = End::lost;
    const auto at = [&](std::optional<std::uint64_t> reg) {
      if (reg) *reg += static_cast<std::uint64_t>(entry.sp_offset);
      return reg;
    };
    switch (entry.sp) {
      case OrcReg::sp:
        return at(at_.sp);
      case OrcReg::bp:
        return at(at_.bp);
      case OrcReg::r10:
        return at(at_.r10);
      case OrcReg::r13:
        return at(at_.r13);
      case OrcReg::di:
        return at(at_.di);
      case OrcReg::dx:
        return at(at_.dx);
      case OrcReg::sp_indirect:
        return at(load(at_.sp));
      case OrcReg::bp_indirect: {
        const auto place = at(at_.bp);
        return place ? load(*place) : place;
      }
      default:
        return std::nullopt;
    }
  }

  // False: problem_ says why the caller's frame cannot be had.
  bool step(const OrcEntry& entry) {
    const auto sp = base(entry);
    if (!sp) return false;
    const auto before = at_.bp;
    bool stepped = false;
    switch (entry.kind) {
      case OrcEntry::Kind::call:
        stepped = call(*sp);
        break;
      case OrcEntry::Kind::regs:
        stepped = interrupted(*sp);
        break;
      case OrcEntry::Kind::iret:
        stepped = interrupted_partly(*sp);
        break;
      default:
        problem_ = End::lost;
    }
    if (!stepped) return false;
    at_.exact = entry.signal;
    return find_bp(entry, *sp, before);
  }

  bool call(std::uint64_t sp) {
    const auto ip = load(sp - word);
    if (!ip) return false;
    at_.ip = *ip, at_.sp = sp;
    // One by one, because GCC 12 takes the optionals of a new Registers for uninitialized at -O3.
    for (auto* lost : {&at_.r10, &at_.r13, &at_.di, &at_.dx}) lost->reset();
    at_.exact = at_.user = false;
    return true;
  }

  bool interrupted(std::uint64_t at) {
    if (!load(at)) return false;
    const auto saved = saved_registers(target_, at);
    problem_ = End::absent;
    if (!saved) return false;
    const auto bp = at_.bp;
    at_ = *saved;
    saved_bp_ = at_.bp;
    at_.bp = bp;
    saved_at_ = at;
    return true;
  }

  // Behind it lies only what the CPU pushed: the other registers are still those that were known.
  bool interrupted_partly(std::uint64_t at) {
    const auto& pushed = target_.place("pt_regs", "ip");
    problem_ = End::lost;
    if (!pushed || !load(at)) return false;
    const auto saved = saved_registers(target_, at - pushed->offset);
    problem_ = End::absent;
    if (!saved) return false;
    at_.ip = saved->ip;
    at_.sp = saved->sp;
    at_.user = saved->user;
    return true;
  }

  bool find_bp(const OrcEntry& entry, std::uint64_t sp, std::optional<std::uint64_t> before) {
    const auto saved = std::exchange(saved_bp_, std::nullopt);
    std::optional<std::uint64_t> place;
    if (entry.bp == OrcReg::previous_sp)
      place = sp;
    else if (entry.bp == OrcReg::bp)
      place = before;
    if (!place) {
      if (saved) at_.bp = saved;
      return true;
    }
    at_.bp = load(*place + static_cast<std::uint64_t>(entry.bp_offset));
    return at_.bp.has_value();
  }

  // Within a stack the callers lie above. A stack that was left is not entered again.
  bool moves_on(const StackRange* from, std::uint64_t sp) {
    if (at_.user) return true;
    const auto* to = stack_of(at_.sp);
    if (!to) to = stack_of(at_.sp - 1);  // the outermost frame ends where its stack does
    if (!to && at_.exact) to = stack_around(at_.sp);
    if (!to) return false;
    if (to == from) return at_.sp > sp;
    if (from) left_[static_cast<std::size_t>(from - stacks_.data())] = true;
    return !left_[static_cast<std::size_t>(to - stacks_.data())];
  }

  Target& target_;
  CodeMap& code_;
  std::span<const StackRange> stacks_;
  Registers at_;
  std::optional<std::uint64_t> saved_bp_, saved_at_;
  std::vector<bool> left_;
  End problem_ = End::lost;
  UnwoundStack out_;
};

}  // namespace

std::optional<Registers> registers_of(const RegisterReader& number) {
  const auto ip = number("ip"), sp = number("sp"), cs = number("cs");
  if (!ip || !sp || !cs) return std::nullopt;
  constexpr std::uint64_t privilege = 3;  // the bits of a code segment's selector: 0 is the kernel
  return Registers{.ip = *ip,
                   .sp = *sp,
                   .bp = number("bp"),
                   .r10 = number("r10"),
                   .r13 = number("r13"),
                   .di = number("di"),
                   .dx = number("dx"),
                   .exact = true,
                   .user = (*cs & privilege) != 0};
}

std::optional<Registers> saved_registers(Target& target, std::uint64_t at) {
  return registers_of([&](std::string_view member) { return target.number(at, "pt_regs", member); });
}

UnwoundStack unwind(Target& target, CodeMap& code, std::span<const StackRange> stacks, const Registers& at) {
  return Walk(target, code, stacks, at).run();
}

}  // namespace unoops::state
