// x86 instructions → effects.
#include <algorithm>

#include "base/wrapping.hpp"
#include "machine/x86_operands.hpp"

namespace unoops::machine {
namespace {

class X86 : X86Operands {
 public:
  X86(const cs_insn& raw, Insn& insn, bool wide) : X86Operands(raw, insn, wide) {}

  void lift() {
    note_accesses();
    if (flow() || string() || stack() || arithmetic() || moves()) return;
    fallback();
  }

 private:
  bool flow() {
    switch (raw_.id) {
      case X86_INS_CALL:
        go(Flow::call, Flow::indirect_call);
        return true;
      case X86_INS_JMP:
        go(Flow::jump, Flow::indirect_jump);
        return true;
      case X86_INS_RET:
      case X86_INS_RETF:
      case X86_INS_RETFQ:
      case X86_INS_IRET:
      case X86_INS_IRETD:
      case X86_INS_IRETQ:
      case X86_INS_SYSEXIT:
      case X86_INS_SYSRET:
        insn_.flow = Flow::ret;
        return true;
      case X86_INS_UD2:
      case X86_INS_UD0:
      case X86_INS_UD2B:
      case X86_INS_INT3:  // stands behind returns and jumps, too, against speculation
        insn_.flow = Flow::trap;
        return true;
      case X86_INS_NOP:
        insn_.maybe_patched = raw_.size == 2 || raw_.size == 5;
        return true;
      case X86_INS_LOOP:
      case X86_INS_LOOPE:
      case X86_INS_LOOPNE:
        clobber(wide_ ? 2 : 1);
        break;
      default:
        break;
    }
    for (unsigned i = 0; i < raw_.detail->groups_count; ++i)
      if (raw_.detail->groups[i] == CS_GRP_JUMP && is_imm(0)) return go(Flow::branch, Flow::branch), true;
    return false;
  }
  void go(Flow direct, Flow indirect) {
    if (is_imm(0)) {
      insn_.flow = direct;
      insn_.target = static_cast<std::uint64_t>(op(0).imm);
      insn_.target_field = insn_.end() - 4;
      return;
    }
    insn_.flow = indirect;
    if (is_reg(0)) insn_.callee = op_reg(0);
    if (is_mem(0)) insn_.callee_mem = mem(0);
  }

  bool string() {
    switch (raw_.id) {
      case X86_INS_MOVSB:
      case X86_INS_MOVSW:
      case X86_INS_MOVSQ:
      case X86_INS_STOSB:
      case X86_INS_STOSW:
      case X86_INS_STOSD:
      case X86_INS_STOSQ:
      case X86_INS_LODSB:
      case X86_INS_LODSW:
      case X86_INS_LODSD:
      case X86_INS_LODSQ:
      case X86_INS_SCASB:
      case X86_INS_SCASW:
      case X86_INS_SCASD:
      case X86_INS_SCASQ:
      case X86_INS_CMPSB:
      case X86_INS_CMPSW:
      case X86_INS_CMPSQ:
      case X86_INS_OUTSB:
      case X86_INS_OUTSW:
      case X86_INS_OUTSD:
      case X86_INS_INSB:
      case X86_INS_INSW:
      case X86_INS_INSD:
        break;
      case X86_INS_MOVSD:
      case X86_INS_CMPSD:  // SSE's double moves share the names
        if (!is_mem(0) || !is_mem(1)) return false;
        break;
      default:
        return false;
    }
    insn_.string_op = true;
    for (auto& a : insn_.accesses) {
      const bool destination = a.mem.base == (wide_ ? 5 : 7);
      const bool compares = raw_.id >= X86_INS_CMPSB && raw_.id <= X86_INS_CMPSW;
      a.write = destination && !compares && a.write;
      a.read = !a.write;
    }
    for (int i = 0; i < x_.op_count; ++i) {
      if (is_mem(i)) clobber(mem(i).base);
      if (is_reg(i) && (op(i).access & CS_AC_WRITE)) clobber(op_reg(i));
    }
    if (x_.prefix[0] == X86_PREFIX_REP || x_.prefix[0] == X86_PREFIX_REPNE) clobber(wide_ ? 2 : 1);
    return true;
  }

  bool stack() {
    const auto w = static_cast<std::int64_t>(word_);
    Mem top;
    top.base = sp();
    switch (raw_.id) {
      case X86_INS_PUSH: {
        if (is_mem(0)) {
          add(Verb::add_const, sp(), sp(), -w);
          add(Verb::modify, no_reg).mem = top;
          return true;
        }
        add(Verb::add_const, sp(), sp(), -w);
        Effect& e = add(Verb::store, no_reg, op_reg(0), is_imm(0) ? op(0).imm : 0);
        e.mem = top;
        return true;
      }
      case X86_INS_POP: {
        if (is_reg(0)) add(Verb::load, op_reg(0)).mem = top;
        if (op_reg(0) != sp()) add(Verb::add_const, sp(), sp(), w);
        return true;
      }
      case X86_INS_PUSHF:
      case X86_INS_PUSHFD:
      case X86_INS_PUSHFQ:
        add(Verb::add_const, sp(), sp(), -w);
        return true;
      case X86_INS_POPF:
      case X86_INS_POPFD:
      case X86_INS_POPFQ:
        add(Verb::add_const, sp(), sp(), w);
        return true;
      case X86_INS_PUSHAL:
        add(Verb::add_const, sp(), sp(), -8 * w);
        return true;
      case X86_INS_POPAL:
        for (const Reg r : std::initializer_list<Reg>{0, 1, 2, 3, 5, 6, 7}) clobber(r);
        add(Verb::add_const, sp(), sp(), 8 * w);
        return true;
      case X86_INS_LEAVE: {
        const Reg fp = wide_ ? 6 : 5;
        add(Verb::copy, sp(), fp);
        add(Verb::load, fp).mem = top;
        add(Verb::add_const, sp(), sp(), w);
        return true;
      }
      default:
        return false;
    }
  }

  bool arithmetic() {
    const Reg d = op_reg(0);
    if (is_mem(0) || (d == no_reg && x_.op_count > 0)) return false;
    const auto size = static_cast<std::uint8_t>(op(0).size);
    switch (raw_.id) {
      case X86_INS_ADD:
        if (is_imm(1)) return with_field(add(Verb::add_const, d, d, op(1).imm), size);
        if (is_reg(1)) return plus(d, d, op_reg(1), 1, size);
        return plus_memory(d, size);
      case X86_INS_SUB:
        if (is_imm(1)) return with_field(add(Verb::add_const, d, d, wrapping_negation(op(1).imm)), size, false);
        if (is_reg(1) && op_reg(1) == d) return add(Verb::constant, d), true;
        if (is_reg(1)) return plus(d, d, op_reg(1), -1, size);
        return clobber(d), true;
      case X86_INS_INC:
        add(Verb::add_const, d, d, 1).size = size;
        return true;
      case X86_INS_DEC:
        add(Verb::add_const, d, d, -1).size = size;
        return true;
      case X86_INS_SHL:
      case X86_INS_SAL:
        if (!is_imm(1)) return clobber(d), true;
        add(Verb::shift, d, d, op(1).imm).size = size;
        return true;
      case X86_INS_SHR:
        if (!is_imm(1)) return clobber(d), true;
        add(Verb::shift_right, d, d, op(1).imm).size = size;
        return true;
      case X86_INS_IMUL:
        if (x_.op_count == 3 && is_imm(2) && is_reg(1))
          return add(Verb::multiply, d, op_reg(1), op(2).imm).size = size, true;
        return false;
      case X86_INS_XOR:
        if (is_reg(1) && op_reg(1) == d && size >= 4) return add(Verb::constant, d), true;
        return clobber(d), true;
      case X86_INS_AND:
        if (is_imm(1) && size == word_ && (wide_ ? op(1).imm : static_cast<std::int32_t>(op(1).imm)) < 0)
          return add(Verb::align, d, d, op(1).imm), true;
        return clobber(d), true;
      default:
        return false;
    }
  }
  bool with_field(Effect& e, std::uint8_t size, bool relocatable = true) {
    e.size = size;
    if (relocatable && x_.encoding.imm_size == 4) e.field = imm_field();
    return true;
  }
  bool plus(Reg dst, Reg a, Reg b, std::int64_t factor, std::uint8_t size) {
    if (b == no_reg) return clobber(dst), true;
    Effect& e = add(Verb::add, dst, a, factor);
    e.b = b;
    e.size = size;
    return true;
  }
  // add %gs:this_cpu_off, %rax and add __per_cpu_offset(,%rcx,8), %rax make per-cpu addresses.
  bool plus_memory(Reg d, std::uint8_t size) {
    if (!is_mem(1)) return clobber(d), true;
    Effect& e = add(Verb::add, d, d, 1);
    e.b = no_reg;
    e.mem = mem(1);
    e.size = size;
    return true;
  }

  bool moves() {
    switch (raw_.id) {
      case X86_INS_MOV:
      case X86_INS_MOVABS:
        return move();
      case X86_INS_MOVZX:
      case X86_INS_MOVSX:
      case X86_INS_MOVSXD: {
        if (is_mem(1)) return load(op_reg(0), 1);
        Effect& e = add(Verb::copy, op_reg(0), op_reg(1));
        e.size = static_cast<std::uint8_t>(op(1).size);
        return true;
      }
      case X86_INS_CDQE:
        return true;  // sign extension in place: still the same index
      case X86_INS_LEA: {
        Effect& e = add(Verb::address, op_reg(0));
        e.mem = mem(1);
        e.size = static_cast<std::uint8_t>(op(0).size);
        return true;
      }
      case X86_INS_XCHG:
        return exchange();
      case X86_INS_CMP:
      case X86_INS_TEST:
      case X86_INS_BT:
      case X86_INS_PREFETCHNTA:
      case X86_INS_PREFETCHT0:
        return true;
      case X86_INS_CQO:
      case X86_INS_CDQ:
        return clobber(wide_ ? 1 : 2), true;
      case X86_INS_DIV:
      case X86_INS_IDIV:
        divide();
        return clobber_implicit(), true;
      case X86_INS_MUL:
        return clobber_implicit(), true;
      case X86_INS_CMPXCHG:
        clobber(0);  // al, ax, eax or rax: Capstone 4 does not tell
        return false;
      default:
        break;
    }
    if (raw_.id >= X86_INS_CMOVA && raw_.id <= X86_INS_CMOVS) return conditional_move();
    return false;
  }
  void divide() {
    // The second byte of a register is none of its low bytes: no width of the register's value is the divisor.
    static constexpr x86_reg second_bytes[] = {X86_REG_AH, X86_REG_BH, X86_REG_CH, X86_REG_DH};
    if (is_reg(0) && std::ranges::find(second_bytes, op(0).reg) != std::end(second_bytes)) return;
    divide_by(op_reg(0), op(0).size);
    if (is_mem(0)) insn_.divisor_mem = mem(0);
  }
  bool move() {
    if (is_mem(0)) {
      Effect& e = add(Verb::store, no_reg, op_reg(1), is_imm(1) ? op(1).imm : 0);
      e.mem = mem(0);
      e.size = static_cast<std::uint8_t>(op(0).size);
      if (is_imm(1)) e.field = imm_field();
      if (is_reg(1) && e.a == no_reg) e.verb = Verb::modify;
      return true;
    }
    if (is_mem(1)) return load(op_reg(0), 1);
    if (is_imm(1)) {
      Effect& e = add(Verb::constant, op_reg(0), no_reg, op(1).imm);
      return with_field(e, static_cast<std::uint8_t>(op(0).size));
    }
    if (op_reg(1) == no_reg) return clobber(op_reg(0)), true;
    if (op_reg(0) == no_reg) return true;
    add(Verb::copy, op_reg(0), op_reg(1)).size = static_cast<std::uint8_t>(op(0).size);
    return true;
  }
  bool load(Reg d, int from) {
    if (d == no_reg) return true;
    Effect& e = add(Verb::load, d);
    e.mem = mem(from);
    e.size = static_cast<std::uint8_t>(op(from).size);
    return true;
  }
  bool exchange() {
    if (is_mem(0) || is_mem(1)) {
      const int m = is_mem(0) ? 0 : 1;
      const Reg r = op_reg(1 - m);
      Effect& e = add(Verb::modify, no_reg);
      e.mem = mem(m);
      e.size = static_cast<std::uint8_t>(op(m).size);
      if (e.mem.base != r && e.mem.index != r) return load(r, m);
      return clobber(r), true;
    }
    clobber(op_reg(0));
    clobber(op_reg(1));
    return true;
  }
  bool conditional_move() {
    const Reg d = op_reg(0);
    if (d == no_reg || (!is_mem(1) && op_reg(1) == no_reg)) return clobber(d), true;
    Effect& e = add(Verb::merge, d, op_reg(1));
    e.size = static_cast<std::uint8_t>(op(0).size);
    if (is_mem(1)) e.mem = mem(1);
    return true;
  }

  void fallback() {
    for (int i = 0; i < x_.op_count; ++i) {
      if (is_reg(i) && (i == 0 || (op(i).access & CS_AC_WRITE))) clobber(op_reg(i));
      if (is_mem(i) && i == 0 && touches_memory()) {
        Effect& e = add(Verb::modify, no_reg);
        e.mem = mem(i);
        e.size = static_cast<std::uint8_t>(op(i).size);
      }
    }
    clobber_implicit();
  }
  // Registers that an instruction sets without naming them.
  void clobber_implicit() {
    for (unsigned i = 0; i < raw_.detail->regs_write_count; ++i)
      if (const Reg r = reg(raw_.detail->regs_write[i]); r != sp()) clobber(r);
  }
};

}  // namespace

void lift_x86(const cs_insn& raw, Insn& insn) { X86(raw, insn, true).lift(); }
void lift_i386(const cs_insn& raw, Insn& insn) { X86(raw, insn, false).lift(); }

}  // namespace unoops::machine
