// 32-bit ARM and Thumb instructions → effects.
#include <utility>

#include "base/wrapping.hpp"
#include "machine/lifter.hpp"

namespace unoops::machine {
namespace {

constexpr Reg stack_pointer = 13, link = 14, program_counter = 15;

Reg reg_of(unsigned r) {
  if (r >= ARM_REG_R0 && r <= ARM_REG_R12) return static_cast<Reg>(r - ARM_REG_R0);
  if (r == ARM_REG_SP) return stack_pointer;
  if (r == ARM_REG_LR) return link;
  if (r == ARM_REG_PC) return program_counter;
  return no_reg;
}

// ldrb, strh, ldrd ...: direction and size stand in the name.
struct Form {
  unsigned size = 0;
  bool load = false;
  int count = 1;
  int first = 0;  // operand of the first data register
};
Form form_of(unsigned id) {
  switch (id) {
    case ARM_INS_LDR:
    case ARM_INS_LDREX:
    case ARM_INS_LDRT:
      return {4, true};
    case ARM_INS_LDRB:
    case ARM_INS_LDRSB:
    case ARM_INS_LDREXB:
    case ARM_INS_LDRBT:
    case ARM_INS_LDRSBT:
      return {1, true};
    case ARM_INS_LDRH:
    case ARM_INS_LDRSH:
    case ARM_INS_LDREXH:
    case ARM_INS_LDRHT:
    case ARM_INS_LDRSHT:
      return {2, true};
    case ARM_INS_LDRD:
    case ARM_INS_LDREXD:
      return {4, true, 2};
    case ARM_INS_STR:
    case ARM_INS_STRT:
      return {4, false};
    case ARM_INS_STRB:
    case ARM_INS_STRBT:
      return {1, false};
    case ARM_INS_STRH:
    case ARM_INS_STRHT:
      return {2, false};
    case ARM_INS_STRD:
      return {4, false, 2};
    case ARM_INS_STREX:
      return {4, false, 1, 1};
    case ARM_INS_STREXB:
      return {1, false, 1, 1};
    case ARM_INS_STREXH:
      return {2, false, 1, 1};
    case ARM_INS_STREXD:
      return {4, false, 2, 1};
    default:
      return {};
  }
}

class Arm : Lifter<cs_arm> {
 public:
  Arm(const cs_insn& raw, Insn& insn) : Lifter(raw, raw.detail->arm, insn, 4) {}

  void lift() {
    if (x_.cc != ARM_CC_AL && x_.cc != ARM_CC_INVALID && raw_.id != ARM_INS_B) conditional_ = true;
    if (!(flow() || memory() || multiple() || arithmetic())) fallback();
    if (conditional_) weaken();
  }

 private:
  Reg reg(int i) const { return is_reg(i) ? reg_of(static_cast<unsigned>(op(i).reg)) : no_reg; }
  // An instruction under a condition may not happen: what it would set is not known afterwards.
  void weaken() {
    for (auto& e : insn_.effects) {
      if (e.verb == Verb::copy)
        e.verb = Verb::merge;
      else if (e.verb == Verb::store)
        e.verb = Verb::modify;
      else if (e.dst != no_reg)
        e.verb = Verb::clobber;
    }
  }

  bool flow() {
    switch (raw_.id) {
      case ARM_INS_B:
        insn_.flow = x_.cc == ARM_CC_AL || x_.cc == ARM_CC_INVALID ? Flow::jump : Flow::branch;
        if (is_imm(0)) insn_.target = static_cast<std::uint32_t>(op(0).imm);
        insn_.target_field = insn_.address;
        return true;
      case ARM_INS_CBZ:
      case ARM_INS_CBNZ:
        insn_.flow = Flow::branch;
        if (is_imm(1)) insn_.target = static_cast<std::uint32_t>(op(1).imm);
        return true;
      case ARM_INS_BL:
      case ARM_INS_BLX:
        if (is_imm(0)) {
          insn_.flow = Flow::call;
          insn_.target = static_cast<std::uint32_t>(op(0).imm);
          insn_.target_field = insn_.address;
        } else {
          insn_.flow = Flow::indirect_call;
          insn_.callee = reg(0);
        }
        return true;
      case ARM_INS_BX:
        insn_.flow = conditional_ ? Flow::branch : reg(0) == link ? Flow::ret : Flow::indirect_jump;
        insn_.callee = reg(0);
        return true;
      case ARM_INS_TBB:
      case ARM_INS_TBH:
        insn_.flow = Flow::indirect_jump;
        return true;
      case ARM_INS_UDF:
      case ARM_INS_BKPT:
      case ARM_INS_TRAP:
        insn_.flow = Flow::trap;
        return true;
      default:
        return false;
    }
  }

  bool memory() {
    const Form form = form_of(raw_.id);
    int at = -1;
    for (int i = 0; i < x_.op_count; ++i)
      if (op(i).type == ARM_OP_MEM) at = i;
    if (at < 0 || form.size == 0) return false;
    Mem mem;
    mem.base = reg_of(op(at).mem.base);
    mem.index = reg_of(op(at).mem.index);
    mem.disp = op(at).mem.disp;
    // Capstone 4 tells of "[r1, -r2, lsl #2]" beside the memory, not in it
    if (op(at).shift.type == ARM_SFT_LSL) mem.scale = std::int64_t{1} << (op(at).shift.value & 31);
    if (op(at).subtracted) mem.scale = -mem.scale;
    if (mem.base == program_counter) {  // the literal pool
      mem.disp = wrapping_sum(mem.disp, static_cast<std::int64_t>((insn_.address & ~3ULL) + (raw_.size == 2 ? 4 : 8)));
      mem.base = no_reg;
    }
    std::int64_t step = 0;
    bool unknown_step = false;
    if (at + 1 < x_.op_count) {  // post-index
      if (is_imm(at + 1))
        step = op(at + 1).subtracted ? wrapping_negation(op(at + 1).imm) : op(at + 1).imm;
      else
        unknown_step = true;
    } else if (x_.writeback) {
      step = mem.disp;
      unknown_step = mem.index != no_reg;
    }
    insn_.accesses.push_back({mem, form.size * static_cast<unsigned>(form.count), form.load, !form.load, 0});
    for (int i = 0; i < form.count; ++i) {
      const Reg r = reg(form.first + i);
      Effect& e = add(form.load ? Verb::load : Verb::store, form.load ? r : no_reg, form.load ? no_reg : r);
      e.mem = mem;
      e.mem.disp = wrapping_sum(e.mem.disp, 4LL * i);
      e.size = static_cast<std::uint8_t>(form.size);
    }
    if (form.first == 1) clobber(reg(0));  // the status of strex
    if (form.load && reg(0) == program_counter) goes_to_loaded(mem);
    if (unknown_step)
      clobber(mem.base);
    else if (step != 0)
      add(Verb::add_const, mem.base, mem.base, step);
    return true;
  }

  // ldr pc: a return where it comes from the stack, else a table of jumps or a function pointer.
  void goes_to_loaded(const Mem& from) {
    insn_.callee_mem = from;
    insn_.flow = conditional_ ? Flow::branch : from.base == stack_pointer ? Flow::ret : Flow::indirect_jump;
  }

  // push, pop, ldm, stm: the words of a list of registers.
  bool multiple() {
    const bool push = raw_.id == ARM_INS_PUSH, pop = raw_.id == ARM_INS_POP;
    const bool load = pop || raw_.id == ARM_INS_LDM || raw_.id == ARM_INS_LDMDB || raw_.id == ARM_INS_LDMIB ||
                      raw_.id == ARM_INS_LDMDA;
    const bool store = push || raw_.id == ARM_INS_STM || raw_.id == ARM_INS_STMDB || raw_.id == ARM_INS_STMIB ||
                       raw_.id == ARM_INS_STMDA;
    if (!load && !store) return false;
    const int first = push || pop ? 0 : 1;
    const int count = x_.op_count - first;
    const Reg base = push || pop ? stack_pointer : reg(0);
    const bool down = push || raw_.id == ARM_INS_STMDB || raw_.id == ARM_INS_LDMDB;
    std::int64_t at = down ? -4 * count : raw_.id == ARM_INS_LDMIB || raw_.id == ARM_INS_STMIB ? 4 : 0;
    if (raw_.id == ARM_INS_LDMDA || raw_.id == ARM_INS_STMDA) at = 4 - 4 * count;
    Mem all;
    all.base = base;
    all.disp = at;
    insn_.accesses.push_back({all, static_cast<unsigned>(4 * count), load, store, 0});
    bool base_loaded = false, returns = false;
    for (int i = 0; i < count; ++i, at += 4) {
      const Reg r = reg(first + i);
      if (load && r == base) {
        base_loaded = true;
        continue;
      }
      if (load && r == program_counter) returns = true;
      Effect& e = add(load ? Verb::load : Verb::store, load ? r : no_reg, load ? no_reg : r);
      e.mem.base = base;
      e.mem.disp = at;
    }
    if (base_loaded)
      clobber(base);
    else if (push || pop || x_.writeback)
      add(Verb::add_const, base, base, down ? -4 * count : 4 * count);
    if (returns && !conditional_) insn_.flow = Flow::ret;
    return true;
  }

  bool arithmetic() {
    const Reg d = reg(0);
    switch (raw_.id) {
      case ARM_INS_MOV:
        if (is_imm(1)) return add(Verb::constant, d, no_reg, op(1).imm), true;
        if (op(1).shift.type == ARM_SFT_LSL) return add(Verb::shift, d, reg(1), op(1).shift.value), true;
        if (op(1).shift.type != ARM_SFT_INVALID || reg(1) == no_reg) return clobber(d), true;
        if (d == program_counter)
          insn_.flow = conditional_ ? Flow::branch : reg(1) == link ? Flow::ret : Flow::indirect_jump;
        if (d == program_counter) insn_.callee = reg(1);
        add(Verb::copy, d, reg(1));
        return true;
      case ARM_INS_MOVW:
        add(Verb::constant, d, no_reg, op(1).imm & 0xffff);
        return true;
      case ARM_INS_MOVT: {  // the upper half of movw's constant
        Effect& e = add(Verb::add_const, d, d, (static_cast<std::int64_t>(op(1).imm) & 0xffff) << 16);
        e.field = insn_.address;
        return true;
      }
      case ARM_INS_MVN:
        if (!is_imm(1)) return clobber(d), true;
        add(Verb::constant, d, no_reg, ~static_cast<std::int64_t>(op(1).imm));
        return true;
      case ARM_INS_LSL:
        if (is_imm(2)) return add(Verb::shift, d, reg(1), op(2).imm), true;
        if (op(1).shift.type == ARM_SFT_LSL) return add(Verb::shift, d, reg(1), op(1).shift.value), true;
        return clobber(d), true;
      case ARM_INS_ADD:
      case ARM_INS_SUB:
        return sum(d, raw_.id == ARM_INS_ADD ? 1 : -1);
      case ARM_INS_MUL: {
        Effect& e = add(Verb::multiply, d, reg(1));
        e.b = reg(2);
        return true;
      }
      case ARM_INS_SDIV:
      case ARM_INS_UDIV:
        divide_by(reg(2), 4);
        return clobber(d), true;
      case ARM_INS_CMP:
      case ARM_INS_CMN:
      case ARM_INS_TST:
      case ARM_INS_TEQ:
      case ARM_INS_PLD:
      case ARM_INS_DMB:
      case ARM_INS_IT:
        return true;
      case ARM_INS_NOP:
        insn_.maybe_patched = true;
        return true;
      default:
        return false;
    }
  }
  bool sum(Reg d, int sign) {
    const int last = x_.op_count - 1, first = x_.op_count == 2 ? 0 : 1;
    if (is_imm(last)) return add(Verb::add_const, d, reg(first), sign * static_cast<std::int64_t>(op(last).imm)), true;
    const bool shifted = op(last).shift.type != ARM_SFT_INVALID && op(last).shift.value != 0;
    if (shifted && op(last).shift.type != ARM_SFT_LSL) return clobber(d), true;
    Effect& e = add(Verb::add, d, reg(first), sign * (shifted ? 1LL << op(last).shift.value : 1));
    e.b = reg(last);
    if (e.b == no_reg) e.verb = Verb::clobber;
    return true;
  }
  void fallback() {
    bool first = true;  // mrc names its coprocessor before the register that it sets
    for (int i = 0; i < x_.op_count; ++i)
      if (is_reg(i) && (std::exchange(first, false) || (op(i).access & CS_AC_WRITE))) clobber(reg(i));
    for (unsigned i = 0; i < raw_.detail->regs_write_count; ++i) clobber(reg_of(raw_.detail->regs_write[i]));
  }

  bool conditional_ = false;
};

}  // namespace

void lift_arm(const cs_insn& raw, Insn& insn) { Arm(raw, insn).lift(); }

}  // namespace unoops::machine
