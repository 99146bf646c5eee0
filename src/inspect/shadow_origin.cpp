#include "inspect/shadow_origin.hpp"

#include <algorithm>

#include "facts/kasan_shadow.hpp"

namespace unoops::inspect {
namespace {

// dst = (src + add) >> shift
struct Step {
  Reg src;
  std::int64_t add = 0;
  std::int64_t shift = 0;
};

// Nothing: `e` makes the value in a way that cannot be followed back.
std::optional<Step> step_of(const Effect& e, const Isa& isa) {
  if (e.size != isa.word) return std::nullopt;
  const bool member = e.mem.base != no_reg && e.mem.index == no_reg && !e.mem.per_cpu;  // lea 0x18(%rbx),%rdi
  switch (e.verb) {
    case Verb::copy:
      return Step{e.a};
    case Verb::add_const:
      return Step{e.a, e.imm};
    case Verb::shift_right:
      return Step{e.a, 0, e.imm};
    case Verb::address:
      return member ? std::optional(Step{e.mem.base, e.mem.disp}) : std::nullopt;
    default:
      return std::nullopt;
  }
}

// Follows the address from the register that holds its shifted form back to the registers that it was made from.
class Trail {
 public:
  // `reg` holds the address >> scale; `address` is where its low bits, which are lost, are 0.
  Trail(const Scene& scene, Reg reg, std::uint64_t address, int scale)
      : scene_(scene), aligned_(address), scale_(scale), reg_(reg) {}

  // The farthest register back that still holds what it held then; no_reg: none.
  Reg follow() {
    const auto& window = scene_.window;
    for (std::size_t i = *scene_.fault; i-- > 0;) {
      const Insn& insn = window[i].insn;
      if (is_lost_by(insn)) break;
      for (auto e = insn.effects.rbegin(); e != insn.effects.rend(); ++e)
        if (!back_over(*e)) return found_;
    }
    return found_;
  }

 private:
  // A call changes the register, or the code before is another path's.
  bool is_lost_by(const Insn& insn) const {
    switch (insn.flow) {
      case Flow::call:
      case Flow::indirect_call:
        return std::ranges::find(scene_.isa.call_clobbers, reg_) != scene_.isa.call_clobbers.end();
      case Flow::jump:
      case Flow::indirect_jump:
      case Flow::ret:
      case Flow::trap:
        return true;
      case Flow::next:
      case Flow::branch:
        break;
    }
    return false;
  }

  // false: the trail ends here.
  bool back_over(const Effect& e) {
    const auto step = step_of(e, scene_.isa);
    if (e.dst == reg_) {
      if (!step || !take(*step)) return false;
      if (step->src == e.dst)
        in_place_ |= step->add != 0;
      else
        try_register(step->src);
    } else if (in_place_ && step && step->src == reg_ && step->add == 0 && step->shift == 0) {
      try_register(e.dst);  // a copy that was kept before an offset was added in place
    }
    return true;
  }

  bool take(const Step& step) {
    if (step.shift != 0 && (shifted_ || step.shift != scale_)) return false;
    if (step.add != 0 && !shifted_) return false;
    shifted_ |= step.shift != 0;
    sum_ += static_cast<std::uint64_t>(step.add);
    reg_ = step.src;
    return true;
  }

  bool has_the_shadow(std::uint64_t address) const {
    const int tag = scale_ == 4 ? 8 : 0;  // with software tags a pointer's top byte is no part of its address
    return (address ^ aligned_) << tag >> (tag + scale_) == 0;
  }

  // The dump has registers as they were at the fault: only a value that leads to the shadow that was read is the one
  // that was used.
  void try_register(Reg reg) {
    const auto value = scene_.reg(reg);
    if (!shifted_ || !value) return;
    const auto address = *value + sum_;
    if (found_ == no_reg ? !has_the_shadow(address) : address_ != address) return;
    address_ = address;
    found_ = reg;
    in_place_ = false;
  }

  const Scene& scene_;
  std::uint64_t aligned_;
  int scale_;
  // Before the instruction that was reached: address == reg_ + sum_, or, until the shift is met, address >> scale_ ==
  // reg_.
  Reg reg_;
  std::uint64_t sum_ = 0;
  bool shifted_ = false;   // the shift was met
  bool in_place_ = false;  // since found_ an offset was added to reg_ itself
  Reg found_ = no_reg;
  std::uint64_t address_ = 0;  // by found_, where there is one
};

}  // namespace

std::optional<ShadowOrigin> shadow_origin(const Scene& scene, const MemoryAccess& access) {
  constexpr unsigned largest = 16;  // bytes of the shadow that one check reads
  // The kernel prints the shadow's address where the registers do not tell it.
  const auto effective = scene.effective(access.mem);
  const auto byte = effective ? effective : scene.report.fault.address;
  if (!byte || access.size > largest) return std::nullopt;
  const auto *base = find_shadow_offset(scene.report.arch, scene.reg(access.mem.base)),
             *index = find_shadow_offset(scene.report.arch, scene.reg(access.mem.index));
  const auto* shadow = base ? base : index;
  if (!shadow) return std::nullopt;
  const auto shifted = *byte - shadow->offset;
  ShadowOrigin out{shifted << shadow->scale, {}, std::nullopt};
  Trail trail(scene, base ? access.mem.index : access.mem.base,
              (shifted - static_cast<std::uint64_t>(access.mem.disp)) << shadow->scale, shadow->scale);
  if (const Reg reg = trail.follow(); reg != no_reg) {
    out.reg = scene.log_name(reg);
    out.value = scene.reg(reg);
  }
  return out;
}

}  // namespace unoops::inspect
