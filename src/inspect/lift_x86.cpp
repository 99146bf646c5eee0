// x86 instructions → effects.
#include <array>

#include "inspect/lifter.hpp"

namespace unoops::inspection {
namespace {

// DWARF numbers of the 64-bit registers (System V ABI, AMD64 supplement, figure 3.36) and of the 32-bit ones (i386
// supplement).
struct Row {
  x86_reg r64, r32, r16, r8, r8h;
  Reg dwarf64, dwarf32;
};
constexpr Row rows[] = {
    {X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_AL, X86_REG_AH, 0, 0},
    {X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_DL, X86_REG_DH, 1, 2},
    {X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL, X86_REG_CH, 2, 1},
    {X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_BL, X86_REG_BH, 3, 3},
    {X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_SIL, X86_REG_INVALID, 4, 6},
    {X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_DIL, X86_REG_INVALID, 5, 7},
    {X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_BPL, X86_REG_INVALID, 6, 5},
    {X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_SPL, X86_REG_INVALID, 7, 4},
    {X86_REG_R8, X86_REG_R8D, X86_REG_R8W, X86_REG_R8B, X86_REG_INVALID, 8, no_reg},
    {X86_REG_R9, X86_REG_R9D, X86_REG_R9W, X86_REG_R9B, X86_REG_INVALID, 9, no_reg},
    {X86_REG_R10, X86_REG_R10D, X86_REG_R10W, X86_REG_R10B, X86_REG_INVALID, 10, no_reg},
    {X86_REG_R11, X86_REG_R11D, X86_REG_R11W, X86_REG_R11B, X86_REG_INVALID, 11, no_reg},
    {X86_REG_R12, X86_REG_R12D, X86_REG_R12W, X86_REG_R12B, X86_REG_INVALID, 12, no_reg},
    {X86_REG_R13, X86_REG_R13D, X86_REG_R13W, X86_REG_R13B, X86_REG_INVALID, 13, no_reg},
    {X86_REG_R14, X86_REG_R14D, X86_REG_R14W, X86_REG_R14B, X86_REG_INVALID, 14, no_reg},
    {X86_REG_R15, X86_REG_R15D, X86_REG_R15W, X86_REG_R15B, X86_REG_INVALID, 15, no_reg},
};

using RegTable = std::array<Reg, X86_REG_ENDING>;
constexpr RegTable make_table(bool wide) {
  RegTable table{};
  for (auto& r : table) r = no_reg;
  for (const auto& row : rows)
    for (x86_reg r : {row.r64, row.r32, row.r16, row.r8, row.r8h})
      if (r != X86_REG_INVALID) table[r] = wide ? row.dwarf64 : row.dwarf32;
  return table;
}
constexpr RegTable table64 = make_table(true), table32 = make_table(false);

class X86 : Lifter<cs_x86> {
 public:
  X86(const cs_insn& raw, Insn& insn, bool wide) : Lifter(raw, raw.detail->x86, insn, wide ? 8 : 4), wide_(wide) {}

  void lift() {
    note_accesses();
    if (flow() || string() || stack() || arithmetic() || moves()) return;
    fallback();
  }

 private:
  Reg reg(unsigned r) const { return (wide_ ? table64 : table32)[r < X86_REG_ENDING ? r : 0]; }
  Reg sp() const { return wide_ ? 7 : 4; }
  Reg op_reg(int i) const { return is_reg(i) ? reg(op(i).reg) : no_reg; }
  std::uint64_t imm_field() const { return x_.encoding.imm_offset ? insn_.address + x_.encoding.imm_offset : 0; }

  Mem mem_of(const x86_op_mem& m) const {
    Mem mem;
    mem.disp = m.disp;
    mem.scale = m.scale;
    mem.field = x_.encoding.disp_offset && x_.encoding.disp_size >= 4 ? insn_.address + x_.encoding.disp_offset : 0;
    if (m.base == X86_REG_RIP) {
      mem.disp += static_cast<std::int64_t>(insn_.end());
    } else {
      mem.base = reg(m.base);
    }
    mem.index = reg(m.index);
    mem.per_cpu = m.segment == (wide_ ? X86_REG_GS : X86_REG_FS);
    return mem;
  }
  Mem mem(int i) const { return mem_of(op(i).mem); }

  // lea and nop name memory without touching it.
  bool touches_memory() const {
    switch (raw_.id) {
      case X86_INS_LEA:
      case X86_INS_NOP:
      case X86_INS_PREFETCH:
      case X86_INS_PREFETCHNTA:
      case X86_INS_PREFETCHT0:
      case X86_INS_PREFETCHT1:
      case X86_INS_PREFETCHT2:
      case X86_INS_PREFETCHW:
      case X86_INS_INVLPG:
        return false;
      default:
        return true;
    }
  }
  void note_accesses() {
    if (!touches_memory()) return;
    for (int i = 0; i < x_.op_count; ++i) {
      if (!is_mem(i)) continue;
      Access a{mem(i), op(i).size, (op(i).access & CS_AC_READ) != 0, (op(i).access & CS_AC_WRITE) != 0, 0};
      fix_access(i, a);
      insn_.accesses.push_back(a);
    }
  }
  // Capstone 4 tells nothing, or too much, of some instructions' operands.
  void fix_access(int i, Access& a) {
    switch (raw_.id) {
      case X86_INS_MOV:
      case X86_INS_MOVNTI:
      case X86_INS_MOVAPS:
      case X86_INS_MOVUPS:
      case X86_INS_MOVDQA:
      case X86_INS_MOVDQU:
      case X86_INS_MOVNTDQ:
      case X86_INS_MOVNTPS:
        a.read = i == 1, a.write = i == 0;
        break;
      case X86_INS_CMP:
      case X86_INS_TEST:
      case X86_INS_BT:
      case X86_INS_MOVZX:
      case X86_INS_MOVSX:
      case X86_INS_MOVSXD:
      case X86_INS_CALL:
      case X86_INS_JMP:
      case X86_INS_PUSH:
      case X86_INS_DIV:
      case X86_INS_IDIV:
      case X86_INS_MUL:
        a.read = true, a.write = false;
        break;
      case X86_INS_CMPXCHG:
      case X86_INS_XADD:
      case X86_INS_XCHG:
      case X86_INS_CMPXCHG8B:
      case X86_INS_CMPXCHG16B:
      case X86_INS_BTS:
      case X86_INS_BTR:
      case X86_INS_BTC:
      case X86_INS_INC:
      case X86_INS_DEC:
      case X86_INS_NEG:
      case X86_INS_NOT:
        a.read = a.write = true;
        break;
      default:
        if (!a.read && !a.write) (i == 0 && x_.op_count > 1 ? a.write : a.read) = true;
    }
    const bool masks =
        raw_.id == X86_INS_TEST || raw_.id == X86_INS_AND || raw_.id == X86_INS_OR || raw_.id == X86_INS_XOR;
    if (masks && i == 0 && is_imm(1)) {
      const auto imm = static_cast<std::uint64_t>(op(1).imm);
      const std::uint64_t all = op(0).size >= 8 ? ~0ULL : (1ULL << (op(0).size * 8)) - 1;
      a.mask = (raw_.id == X86_INS_AND ? ~imm : imm) & all;
    }
  }

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
    for (unsigned i = 0; i < raw_.detail->regs_write_count; ++i) clobber(reg(raw_.detail->regs_write[i]));
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
        if (is_imm(1)) return with_field(add(Verb::add_const, d, d, -op(1).imm), size, false);
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
      case X86_INS_IMUL:
        if (x_.op_count == 3 && is_imm(2) && is_reg(1))
          return add(Verb::multiply, d, op_reg(1), op(2).imm).size = size, true;
        return false;
      case X86_INS_XOR:
        if (is_reg(1) && op_reg(1) == d && size >= 4) return add(Verb::constant, d), true;
        return clobber(d), true;
      case X86_INS_AND:
        if (is_imm(1) && op(1).imm < 0) return add(Verb::align, d, d, op(1).imm).size = size, true;
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
      case X86_INS_DIV:
      case X86_INS_IDIV:
        if (is_reg(0)) insn_.divisor.push_back(op_reg(0));
        return false;
      default:
        break;
    }
    if (raw_.id >= X86_INS_CMOVA && raw_.id <= X86_INS_CMOVS) return conditional_move();
    return false;
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
    for (unsigned i = 0; i < raw_.detail->regs_write_count; ++i)
      if (const Reg r = reg(raw_.detail->regs_write[i]); r != sp()) clobber(r);
  }

  bool wide_;
};

}  // namespace

void lift_x86(const cs_insn& raw, Insn& insn) { X86(raw, insn, true).lift(); }
void lift_i386(const cs_insn& raw, Insn& insn) { X86(raw, insn, false).lift(); }

}  // namespace unoops::inspection
