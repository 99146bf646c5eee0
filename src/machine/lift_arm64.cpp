// arm64 instructions → effects.
#include <array>

#include "base/wrapping.hpp"
#include "machine/lifter.hpp"

namespace unoops::machine {
namespace {

constexpr Reg stack_pointer = 31;
constexpr unsigned sp_el0 = 0xc208;  // op0=3 op1=0 CRn=4 CRm=1 op2=0: the kernel keeps `current` there (asm/current.h)
constexpr unsigned tpidr_el1 = 0xc684;  // the per-cpu offset (asm/percpu.h)
constexpr unsigned tpidr_el2 = 0xe682;

Reg reg_of(unsigned r) {
  if (r >= ARM64_REG_X0 && r <= ARM64_REG_X28) return static_cast<Reg>(r - ARM64_REG_X0);
  if (r >= ARM64_REG_W0 && r <= ARM64_REG_W30) return static_cast<Reg>(r - ARM64_REG_W0);
  if (r == ARM64_REG_X29) return 29;
  if (r == ARM64_REG_X30) return 30;
  if (r == ARM64_REG_SP || r == ARM64_REG_WSP) return stack_pointer;
  return no_reg;
}
bool is_zero(unsigned r) { return r == ARM64_REG_XZR || r == ARM64_REG_WZR; }

unsigned reg_size(unsigned r) {
  if ((r >= ARM64_REG_W0 && r <= ARM64_REG_W30) || r == ARM64_REG_WZR || r == ARM64_REG_WSP) return 4;
  if (r >= ARM64_REG_Q0 && r <= ARM64_REG_Q31) return 16;
  if (r >= ARM64_REG_S0 && r <= ARM64_REG_S31) return 4;
  if (r >= ARM64_REG_H0 && r <= ARM64_REG_H31) return 2;
  if (r >= ARM64_REG_B0 && r <= ARM64_REG_B31) return 1;
  return 8;
}

// Loads and stores: what the mnemonic says of the size, the direction and the number of registers.
struct MemoryForm {
  unsigned size = 0;  // 0: the register's
  bool load = false, store = false;
  int first = 0;  // operand of the first data register
  int count = 1;
};

constexpr MemoryForm loads(unsigned size, int count = 1) { return {size, true, false, 0, count}; }
constexpr MemoryForm stores(unsigned size, int count = 1) { return {size, false, true, 0, count}; }
// The first operand says whether it succeeded.
constexpr MemoryForm stores_exclusive(unsigned size, int count = 1) { return {size, false, true, 1, count}; }

struct MemoryRow {
  MemoryForm form;
  std::array<arm64_insn, 9> instructions;  // ARM64_INS_INVALID: no more
};
constexpr MemoryRow memory_rows[] = {
    {loads(0), {ARM64_INS_LDR, ARM64_INS_LDUR, ARM64_INS_LDAR, ARM64_INS_LDTR, ARM64_INS_LDXR, ARM64_INS_LDAXR}},
    {loads(0, 2), {ARM64_INS_LDP, ARM64_INS_LDNP, ARM64_INS_LDXP, ARM64_INS_LDAXP}},
    {loads(1),
     {ARM64_INS_LDRB, ARM64_INS_LDRSB, ARM64_INS_LDURB, ARM64_INS_LDURSB, ARM64_INS_LDARB, ARM64_INS_LDTRB,
      ARM64_INS_LDTRSB, ARM64_INS_LDXRB, ARM64_INS_LDAXRB}},
    {loads(2),
     {ARM64_INS_LDRH, ARM64_INS_LDRSH, ARM64_INS_LDURH, ARM64_INS_LDURSH, ARM64_INS_LDARH, ARM64_INS_LDTRH,
      ARM64_INS_LDTRSH, ARM64_INS_LDXRH, ARM64_INS_LDAXRH}},
    {loads(4), {ARM64_INS_LDRSW, ARM64_INS_LDURSW, ARM64_INS_LDTRSW}},
    {loads(4, 2), {ARM64_INS_LDPSW}},
    {stores(0), {ARM64_INS_STR, ARM64_INS_STUR, ARM64_INS_STLR, ARM64_INS_STTR}},
    {stores(0, 2), {ARM64_INS_STP, ARM64_INS_STNP}},
    {stores(1), {ARM64_INS_STRB, ARM64_INS_STURB, ARM64_INS_STLRB, ARM64_INS_STTRB}},
    {stores(2), {ARM64_INS_STRH, ARM64_INS_STURH, ARM64_INS_STLRH, ARM64_INS_STTRH}},
    {stores_exclusive(0), {ARM64_INS_STXR, ARM64_INS_STLXR}},
    {stores_exclusive(1), {ARM64_INS_STXRB, ARM64_INS_STLXRB}},
    {stores_exclusive(2), {ARM64_INS_STXRH, ARM64_INS_STLXRH}},
    {stores_exclusive(0, 2), {ARM64_INS_STXP, ARM64_INS_STLXP}},
};

constexpr auto memory_forms = [] {
  std::array<MemoryForm, ARM64_INS_ENDING> forms{};
  for (const auto& row : memory_rows)
    for (const auto id : row.instructions)
      if (id != ARM64_INS_INVALID) forms[id] = row.form;
  return forms;
}();

MemoryForm memory_form(const cs_insn& raw) {
  return raw.id < memory_forms.size() ? memory_forms[raw.id] : MemoryForm{};
}

class Arm64 : Lifter<cs_arm64> {
 public:
  Arm64(const cs_insn& raw, Insn& insn) : Lifter(raw, raw.detail->arm64, insn, 8) {}

  void lift() {
    if (flow() || memory() || arithmetic() || moves()) return;
    fallback();
  }

 private:
  Reg reg(int i) const { return is_reg(i) ? reg_of(op(i).reg) : no_reg; }
  std::uint8_t size(int i) const { return static_cast<std::uint8_t>(is_reg(i) ? reg_size(op(i).reg) : 8); }
  std::int64_t imm(int i) const { return op(i).imm << (op(i).shift.type == ARM64_SFT_LSL ? op(i).shift.value : 0); }

  bool flow() {
    switch (raw_.id) {
      case ARM64_INS_BL:
        direct(Flow::call, 0);
        return true;
      case ARM64_INS_BLR:
      case ARM64_INS_BR:
        insn_.flow = raw_.id == ARM64_INS_BLR ? Flow::indirect_call : Flow::indirect_jump;
        insn_.callee = reg(0);
        return true;
      case ARM64_INS_B:
        direct(x_.cc == ARM64_CC_INVALID || x_.cc == ARM64_CC_AL ? Flow::jump : Flow::branch, 0);
        return true;
      case ARM64_INS_CBZ:
      case ARM64_INS_CBNZ:
        direct(Flow::branch, 1);
        return true;
      case ARM64_INS_TBZ:
      case ARM64_INS_TBNZ:
        direct(Flow::branch, 2);
        return true;
      case ARM64_INS_RET:
      case ARM64_INS_ERET:
        insn_.flow = Flow::ret;
        return true;
      case ARM64_INS_BRK:
        insn_.flow = Flow::trap;
        return true;
      case ARM64_INS_NOP:
        insn_.maybe_patched = true;
        return true;
      default:
        return false;
    }
  }
  void direct(Flow f, int operand) {
    insn_.flow = f;
    if (is_imm(operand)) insn_.target = static_cast<std::uint64_t>(op(operand).imm);
    insn_.target_field = insn_.address;
  }

  Mem mem_of(const cs_arm64_op& o) const {
    Mem m;
    m.base = reg_of(o.mem.base);
    m.index = reg_of(o.mem.index);
    m.disp = o.mem.disp;
    m.field = insn_.address;
    if (o.shift.type == ARM64_SFT_LSL) m.scale = 1 << o.shift.value;
    return m;
  }

  bool memory() {
    int at = -1;
    for (int i = 0; i < x_.op_count; ++i)
      if (op(i).type == ARM64_OP_MEM) at = i;
    if (at < 0) return raw_.id == ARM64_INS_LDR && is_imm(1) ? (literal(), true) : false;
    if (raw_.id == ARM64_INS_PRFM || raw_.id == ARM64_INS_PRFUM) return true;
    Mem mem = mem_of(op(at));
    // post-index: the displacement is an operand behind the memory
    std::int64_t post = 0;
    const bool has_post = x_.writeback && at + 1 < x_.op_count;
    if (has_post && is_imm(at + 1)) post = op(at + 1).imm;
    const std::int64_t pre = x_.writeback && !has_post ? mem.disp : 0;

    const MemoryForm form = memory_form(raw_);
    if (!form.load && !form.store) return atomic(at, mem);
    const unsigned each = form.size ? form.size : reg_size(op(form.first).reg);
    insn_.accesses.push_back({mem, each * form.count, form.load, form.store, 0});
    for (int i = 0; i < form.count; ++i) transfer(form, mem, each, i);
    if (form.store && form.first == 1) clobber(reg(0));  // the status of stxr
    if (form.load) forget_base_if_loaded(form, mem);
    if (x_.writeback && mem.base != no_reg) {
      if (has_post && !is_imm(at + 1))
        clobber(mem.base);
      else
        add(Verb::add_const, mem.base, mem.base, post + pre);
    }
    return true;
  }
  void transfer(const MemoryForm& form, Mem mem, unsigned each, int i) {
    mem.disp = wrapping_sum(mem.disp, static_cast<std::int64_t>(each) * i);
    const int data = form.first + i;
    const Reg r = reg(data);
    Effect e;
    e.size = static_cast<std::uint8_t>(each);
    e.mem = mem;
    if (form.load) {
      if (r == no_reg) return;
      e.verb = Verb::load;
      e.dst = r;
    } else {
      e.verb = r == no_reg && !(is_reg(data) && is_zero(op(data).reg)) ? Verb::modify : Verb::store;
      e.a = r;
    }
    insn_.effects.push_back(e);
  }
  // ldp x0, x1, [x0]: the second load must not see the first one's result. Swap the order, so that the base goes last.
  void forget_base_if_loaded(const MemoryForm& form, const Mem& mem) {
    if (form.count == 2 && reg(form.first) == mem.base && insn_.effects.size() >= 2)
      std::swap(insn_.effects[insn_.effects.size() - 1], insn_.effects[insn_.effects.size() - 2]);
  }
  void literal() {
    Mem mem;
    mem.disp = op(1).imm;
    insn_.accesses.push_back({mem, size(0), true, false, 0});
    if (reg(0) == no_reg) return;
    Effect& e = add(Verb::load, reg(0));
    e.mem = mem;
    e.size = size(0);
  }
  // The LSE atomics (ldadd, swp, cas, stset ...): read and write; a register may get the old value.
  bool atomic(int at, const Mem& mem) {
    unsigned each = 8;
    for (int i = 0; i < at; ++i)
      if (is_reg(i)) each = reg_size(op(i).reg);
    const std::string_view name = raw_.mnemonic;
    if (!name.empty() && name.back() == 'b') each = 1;
    if (!name.empty() && name.back() == 'h') each = 2;
    const bool simd = name.starts_with("ld1") || name.starts_with("st1");
    insn_.accesses.push_back({mem, each, !name.starts_with("st1"), !simd || name.starts_with("st1"), 0});
    Effect& e = add(Verb::modify, no_reg);
    e.mem = mem;
    e.size = static_cast<std::uint8_t>(each);
    if (!simd)
      for (int i = 0; i < at; ++i) clobber(reg(i));
    if (x_.writeback) clobber(mem.base);
    return true;
  }

  bool arithmetic() {
    const Reg d = reg(0);
    switch (raw_.id) {
      case ARM64_INS_ADD:
        return sum(d, 1);
      case ARM64_INS_SUB:
        return d == no_reg ? true : sum(d, -1);
      case ARM64_INS_LSL:
        if (!is_imm(2)) return clobber(d), true;
        add(Verb::shift, d, reg(1), op(2).imm).size = size(0);
        return true;
      case ARM64_INS_UBFIZ:
      case ARM64_INS_SBFIZ:
        add(Verb::shift, d, reg(1), op(2).imm).size = size(0);
        return true;
      case ARM64_INS_LSR:
        if (!is_imm(2)) return clobber(d), true;
        add(Verb::shift_right, d, reg(1), op(2).imm).size = size(0);
        return true;
      case ARM64_INS_SBFX:
        // Bits up to the tag (compiler-rt's __hwasan_check_x0_...: sbfx x16, x0, #4, #52).
        if (!is_imm(2) || !is_imm(3) || op(2).imm + op(3).imm != 56) return clobber(d), true;
        add(Verb::shift_right, d, reg(1), op(2).imm).size = size(0);
        return true;
      case ARM64_INS_MADD:
      case ARM64_INS_MUL:
      case ARM64_INS_UMULL:
      case ARM64_INS_UMADDL:
      case ARM64_INS_SMADDL:
        return multiply(d);
      case ARM64_INS_AND:
        if (!is_imm(2) || size(0) != word_ || op(2).imm >= 0) return clobber(d), true;
        add(Verb::align, d, reg(1), op(2).imm);
        return true;
      case ARM64_INS_SDIV:
      case ARM64_INS_UDIV:
        divide_by(reg(2), size(2));
        return clobber(d), true;
      case ARM64_INS_CMP:
      case ARM64_INS_CMN:
      case ARM64_INS_TST:
      case ARM64_INS_CCMP:
      case ARM64_INS_CCMN:
        return true;
      default:
        return false;
    }
  }
  bool sum(Reg d, int sign) {
    if (d == no_reg) return true;
    if (is_imm(2)) {
      Effect& e = add(Verb::add_const, d, reg(1), sign * imm(2));
      e.size = size(0);
      e.field = insn_.address;
      return true;
    }
    if (reg(1) == no_reg || reg(2) == no_reg) return clobber(d), true;
    Effect& e = add(Verb::add, d, reg(1), sign);
    e.b = reg(2);
    e.size = size(0);
    if (op(2).shift.type == ARM64_SFT_LSL)
      e.imm = sign * (1LL << op(2).shift.value);
    else if (op(2).shift.type != ARM64_SFT_INVALID)
      e.imm = 0, e.verb = Verb::clobber;
    return true;
  }
  // madd d, index, size, base: the element's size stands in a register that holds a constant.
  bool multiply(Reg d) {
    Effect& e = add(Verb::multiply, d, reg(1));
    e.b = reg(2);
    if (x_.op_count < 4) return true;
    const Reg addend = reg(3);
    if (addend == no_reg || addend == d) return e.verb = Verb::clobber, true;
    Effect& s = add(Verb::add, d, addend, 1);
    s.b = d;
    return true;
  }

  bool moves() {
    const Reg d = reg(0);
    switch (raw_.id) {
      case ARM64_INS_MOV:
      case ARM64_INS_MOVZ:
      case ARM64_INS_MOVN:
        if (d == no_reg) return true;
        if (is_imm(1))
          return add(Verb::constant, d, no_reg, raw_.id == ARM64_INS_MOVN ? ~imm(1) : imm(1)).size = size(0), true;
        if (is_reg(1) && is_zero(op(1).reg)) return add(Verb::constant, d), true;
        if (reg(1) == no_reg) return clobber(d), true;
        add(Verb::copy, d, reg(1)).size = size(0);
        return true;
      case ARM64_INS_SXTW:
      case ARM64_INS_UXTW:
        add(Verb::copy, d, reg(1)).size = 4;
        return true;
      case ARM64_INS_SXTH:
      case ARM64_INS_UXTH:
        add(Verb::copy, d, reg(1)).size = 2;
        return true;
      case ARM64_INS_SXTB:
      case ARM64_INS_UXTB:
        add(Verb::copy, d, reg(1)).size = 1;
        return true;
      case ARM64_INS_ADRP:
      case ARM64_INS_ADR: {
        Effect& e = add(Verb::constant, d, no_reg, op(1).imm);
        e.field = insn_.address;
        insn_.target = static_cast<std::uint64_t>(op(1).imm);
        if (raw_.id == ARM64_INS_ADRP) *insn_.target += insn_.address & 0xfff;  // "adrp x0, .+0x1000": its page
        return true;
      }
      case ARM64_INS_CSEL:
      case ARM64_INS_CSINC:
      case ARM64_INS_CSINV:
        return select(d);
      case ARM64_INS_MRS:
        return special(d);
      case ARM64_INS_MSR:
      case ARM64_INS_HINT:
        return true;  // pointer authentication of the link register, too
      default:
        return false;
    }
  }
  bool select(Reg d) {
    const Reg a = reg(1), b = reg(2);
    if (d == no_reg) return true;
    if (raw_.id != ARM64_INS_CSEL || a == no_reg || b == no_reg) return clobber(d), true;
    if (d == b) return add(Verb::merge, d, a), true;
    if (d != a) add(Verb::copy, d, a);
    add(Verb::merge, d, b);
    return true;
  }
  bool special(Reg d) {
    // Capstone 4 leaves a system register's number in the union as `reg`, though it is none of that enum's values.
    const unsigned which = x_.op_count > 1 ? op(1).sys : 0;
    if (which == sp_el0) return add(Verb::current, d), true;
    if (which == tpidr_el1 || which == tpidr_el2) return add(Verb::constant, d), true;
    return clobber(d), true;
  }

  void fallback() {
    for (int i = 0; i < x_.op_count; ++i)
      if (is_reg(i) && (i == 0 || (op(i).access & CS_AC_WRITE))) clobber(reg(i));
    for (unsigned i = 0; i < raw_.detail->regs_write_count; ++i) clobber(reg_of(raw_.detail->regs_write[i]));
  }
};

}  // namespace

void lift_arm64(const cs_insn& raw, Insn& insn) { Arm64(raw, insn).lift(); }

}  // namespace unoops::machine
