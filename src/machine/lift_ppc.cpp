// PowerPC instructions → effects.
#include <charconv>
#include <string_view>

#include "machine/lifter.hpp"

namespace unoops::machine {
namespace {

// Loads and stores by their names: l or st, then b, h, w or d; u writes the address back, x takes an index register.
struct Form {
  unsigned size = 0;
  bool load = false, update = false, indexed = false;
};
Form form_of(std::string_view name) {
  const auto size_of_letter = [](char c) { return c == 'b' ? 1u : c == 'h' ? 2u : c == 'w' ? 4u : c == 'd' ? 8u : 0u; };
  Form f;
  std::size_t at = 0;
  if (name.starts_with("st"))
    at = 2;
  else if (name.starts_with("l") && !name.starts_with("li") && !name.starts_with("la"))
    f.load = true, at = 1;
  else
    return {};
  if (at >= name.size()) return {};
  f.size = size_of_letter(name[at]);
  const auto rest = name.substr(at + 1);
  static constexpr std::string_view endings[] = {"",   "z",   "a",   "u",   "x",   "zu",  "zx", "ax",
                                                 "ux", "zux", "aux", "arx", "cx.", "brx", "cx", "au"};
  bool known = false;
  for (const auto e : endings) known = known || e == rest;
  if (!known) return {};
  f.update = rest.find('u') != std::string_view::npos;
  f.indexed = rest.find('x') != std::string_view::npos;
  return f;
}

Reg reg_of(unsigned r) {
  if (r >= PPC_REG_R0 && r <= PPC_REG_R31) return static_cast<Reg>(r - PPC_REG_R0);
  return no_reg;
}

class Ppc : Lifter<cs_ppc> {
 public:
  Ppc(const cs_insn& raw, Insn& insn, unsigned word) : Lifter(raw, raw.detail->ppc, insn, word) {}
  void lift() {
    if (!(flow() || memory() || arithmetic()) && is_reg(0)) clobber(reg(0));
  }

 private:
  Reg reg(int i) const { return is_reg(i) ? reg_of(op(i).reg) : no_reg; }
  // The last operand of an alias, which Capstone 4 leaves out of the operands: "sldi r4, r4, 4".
  std::int64_t last_number() const {
    const std::string_view text = raw_.op_str;
    std::int64_t value = 0;
    const auto blank = text.rfind(' ');
    if (blank != std::string_view::npos) std::from_chars(text.data() + blank + 1, text.data() + text.size(), value);
    return value;
  }
  // What CTR was loaded from: by ELFv2 it is r12, in 32 bits any.
  Reg target_register() const { return word_ == 8 ? 12 : no_reg; }
  void target(int operand) {
    if (is_imm(operand)) insn_.target = static_cast<std::uint64_t>(op(operand).imm);
    insn_.target_field = insn_.address;
  }

  bool flow() {
    if (name_ == "bl" || name_ == "bla") return insn_.flow = Flow::call, target(0), true;
    if (name_ == "b" || name_ == "ba") return insn_.flow = Flow::jump, target(0), true;
    if (name_ == "blr") return insn_.flow = Flow::ret, true;
    if (name_ == "bctrl") return insn_.flow = Flow::indirect_call, insn_.callee = target_register(), true;
    if (name_ == "bctr") return insn_.flow = Flow::indirect_jump, insn_.callee = target_register(), true;
    if (name_ == "rfid" || name_ == "rfi") return insn_.flow = Flow::ret, true;
    // conditional traps of WARN and BUG go on if the condition does not hold
    if (name_ == "trap") return insn_.flow = Flow::trap, true;
    if (name_.starts_with("tw") || name_.starts_with("td")) return true;
    if (name_.starts_with("b") && x_.op_count > 0 && is_imm(x_.op_count - 1))
      return insn_.flow = Flow::branch, target(x_.op_count - 1), true;
    return name_.starts_with("b") && name_.ends_with("lr");
  }

  bool memory() {
    if (name_ == "lmw") return load_multiple();
    const Form form = form_of(name_);
    if (form.size == 0) return false;
    Mem mem;
    if (x_.op_count >= 2 && op(1).type == PPC_OP_MEM) {
      mem.base = reg_of(op(1).mem.base);
      mem.disp = op(1).mem.disp;
      mem.field = insn_.address;
    } else if (form.indexed && x_.op_count >= 3) {
      mem.base = reg(1);
      mem.index = reg(2);
      if (mem.base == 0 || mem.base == no_reg) mem.base = mem.index, mem.index = no_reg;  // r0 reads as 0
    } else {
      return false;
    }
    insn_.accesses.push_back({mem, form.size, form.load, !form.load, 0});
    Effect& e = add(form.load ? Verb::load : Verb::store, form.load ? reg(0) : no_reg, form.load ? no_reg : reg(0));
    e.mem = mem;
    e.size = static_cast<std::uint8_t>(form.size);
    if (form.update && mem.index == no_reg)
      add(Verb::add_const, mem.base, mem.base, mem.disp);
    else if (form.update)
      clobber(mem.base);
    return true;
  }

  // lmw r30: all registers from there on, four bytes each.
  bool load_multiple() {
    const Reg first = reg(0);
    if (first == no_reg || x_.op_count < 2 || op(1).type != PPC_OP_MEM) return false;
    Mem mem;
    mem.base = reg_of(op(1).mem.base);
    mem.disp = op(1).mem.disp;
    insn_.accesses.push_back({mem, 4u * static_cast<unsigned>(32 - first), true, false, 0});
    for (Reg r = first; r < 32; ++r) clobber(r);
    return true;
  }

  bool arithmetic() {
    const Reg d = reg(0);
    if (name_ == "mr" || name_ == "extsw" || name_ == "mr.")
      return add(Verb::copy, d, reg(1)).size = name_ == "extsw" ? 4 : 8, true;
    // Capstone 4 gives 16-bit immediates without their sign
    const auto imm = [this](int i) { return static_cast<std::int64_t>(static_cast<std::int16_t>(op(i).imm)); };
    if (name_ == "li" && is_imm(1)) return add(Verb::constant, d, no_reg, imm(1)), true;
    if (name_ == "lis" && is_imm(1)) return add(Verb::constant, d, no_reg, imm(1) * 65536), true;
    if ((name_ == "addi" || name_ == "addis") && is_imm(2)) {
      Effect& e = add(Verb::add_const, d, reg(1), name_ == "addi" ? imm(2) : imm(2) * 65536);
      e.field = insn_.address;
      return true;
    }
    if (name_ == "add" || name_ == "add.") {
      add(Verb::add, d, reg(1), 1).b = reg(2);
      return true;
    }
    if (name_ == "sldi" || name_ == "slwi") return add(Verb::shift, d, reg(1), last_number()), true;
    if (name_ == "mulli" && is_imm(2)) return add(Verb::multiply, d, reg(1), imm(2)), true;
    if (name_.starts_with("div") && is_reg(2))
      return divide_by(reg(2), name_.starts_with("divw") ? 4 : 8), clobber(d), true;
    if (name_ == "nop") insn_.maybe_patched = true;
    return name_.starts_with("cmp") || name_.starts_with("mt") || name_ == "nop" || name_.ends_with("sync") ||
           name_.starts_with("dcb");
  }
};

}  // namespace

void lift_ppc(const cs_insn& raw, Insn& insn) { Ppc(raw, insn, 8).lift(); }
void lift_ppc32(const cs_insn& raw, Insn& insn) { Ppc(raw, insn, 4).lift(); }

}  // namespace unoops::machine
