// MIPS instructions → effects. A jump's delay slot is treated as if it stood before the jump's target only for its
// loads.
#include <string_view>

#include "machine/lifter.hpp"

namespace unoops::machine {
namespace {

Reg reg_of(unsigned r) { return r >= MIPS_REG_0 && r <= MIPS_REG_31 ? static_cast<Reg>(r - MIPS_REG_0) : no_reg; }

struct Row {
  std::string_view name;
  unsigned size;
  bool load;
};
constexpr Row rows[] = {{"lb", 1, true},   {"lbu", 1, true},  {"lh", 2, true},  {"lhu", 2, true},  {"lw", 4, true},
                        {"lwu", 4, true},  {"ld", 8, true},   {"ll", 4, true},  {"lld", 8, true},  {"lwl", 4, true},
                        {"lwr", 4, true},  {"ldl", 8, true},  {"ldr", 8, true}, {"sb", 1, false},  {"sh", 2, false},
                        {"sw", 4, false},  {"sd", 8, false},  {"sc", 4, false}, {"scd", 8, false}, {"swl", 4, false},
                        {"swr", 4, false}, {"sdl", 8, false}, {"sdr", 8, false}};

class Mips : Lifter<cs_mips> {
 public:
  Mips(const cs_insn& raw, Insn& insn, unsigned word) : Lifter(raw, raw.detail->mips, insn, word) {}
  void lift() {
    if (!(flow() || memory() || arithmetic()) && is_reg(0)) clobber(reg(0));
  }

 private:
  Reg reg(int i) const { return is_reg(i) ? reg_of(op(i).reg) : no_reg; }
  void clobber(Reg r) {
    if (r != 0) Lifter::clobber(r);  // $zero stays
  }

  bool flow() {
    const int last = x_.op_count - 1;
    const auto to = [&](Flow f) {
      insn_.flow = f;
      if (last >= 0 && is_imm(last)) insn_.target = static_cast<std::uint64_t>(op(last).imm);
      insn_.target_field = insn_.address;
      return true;
    };
    if (name_ == "jal" || name_ == "bal") return to(Flow::call);
    if (name_ == "jalr") return insn_.flow = Flow::indirect_call, insn_.callee = reg(last), true;
    if (name_ == "jr") return insn_.flow = reg(0) == 31 ? Flow::ret : Flow::indirect_jump, insn_.callee = reg(0), true;
    if (name_ == "j" || name_ == "b") return to(Flow::jump);
    if (name_ == "eret") return insn_.flow = Flow::ret, true;
    if (name_ == "break") return insn_.flow = Flow::trap, true;
    return name_.starts_with("b") && last >= 0 && is_imm(last) && name_ != "bitswap" && to(Flow::branch);
  }
  bool memory() {
    for (const Row& row : rows) {
      if (row.name != name_ || x_.op_count < 2 || op(1).type != MIPS_OP_MEM) continue;
      Mem mem;
      mem.base = reg_of(op(1).mem.base);
      mem.disp = op(1).mem.disp;
      if (mem.base == 0) mem.base = no_reg;
      insn_.accesses.push_back({mem, row.size, row.load, !row.load, 0});
      Effect& e = add(row.load ? Verb::load : Verb::store, row.load ? reg(0) : no_reg,
                      row.load || reg(0) == 0 ? no_reg : reg(0));
      e.mem = mem;
      e.size = static_cast<std::uint8_t>(row.size);
      if (name_ == "sc" || name_ == "scd") clobber(reg(0));  // whether it happened
      return true;
    }
    return false;
  }
  bool arithmetic() {
    const Reg d = reg(0);
    if (name_ == "move") return reg(1) == 0 ? (add(Verb::constant, d), true) : (add(Verb::copy, d, reg(1)), true);
    if (name_ == "addiu" || name_ == "daddiu")
      return reg(1) == 0 ? (add(Verb::constant, d, no_reg, op(2).imm), true)
                         : (add(Verb::add_const, d, reg(1), op(2).imm), true);
    if (name_ == "lui" && is_imm(1)) return add(Verb::constant, d, no_reg, op(1).imm << 16), true;
    if (name_ == "addu" || name_ == "daddu") return add(Verb::add, d, reg(1), 1).b = reg(2), true;
    if ((name_ == "sll" || name_ == "dsll") && is_imm(2)) return add(Verb::shift, d, reg(1), op(2).imm), true;
    if ((name_ == "movn" || name_ == "movz") && reg(1) > 0) return add(Verb::merge, d, reg(1)), true;
    const bool conditional_trap =
        name_.starts_with("te") || name_.starts_with("tn") || name_.starts_with("tg") || name_.starts_with("tlt");
    return conditional_trap || name_ == "nop" || name_ == "sync" || name_ == "ssnop";
  }
};

}  // namespace

void lift_mips(const cs_insn& raw, Insn& insn) { Mips(raw, insn, 8).lift(); }
void lift_mips32(const cs_insn& raw, Insn& insn) { Mips(raw, insn, 4).lift(); }

}  // namespace unoops::machine
