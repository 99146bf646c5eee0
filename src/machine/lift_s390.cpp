// s390x instructions → effects.
#include <algorithm>
#include <string_view>

#include "base/wrapping.hpp"
#include "machine/lifter.hpp"

namespace unoops::machine {
namespace {

Reg reg_of(unsigned r) { return r >= SYSZ_REG_0 && r <= SYSZ_REG_15 ? static_cast<Reg>(r - SYSZ_REG_0) : no_reg; }

// What instructions with one memory operand do: most other ones (ag, cg, ng ...) read eight or four bytes and set op 0.
enum class Does { load, store, store_constant, compare, combine };
struct Row {
  std::string_view name;
  unsigned size;
  Does does;
};
constexpr Row rows[] = {
    {"l", 4, Does::load},
    {"ly", 4, Does::load},
    {"lg", 8, Does::load},
    {"lgf", 4, Does::load},
    {"llgf", 4, Does::load},
    {"lt", 4, Does::load},
    {"ltg", 8, Does::load},
    {"ltgf", 4, Does::load},
    {"lgh", 2, Does::load},
    {"lh", 2, Does::load},
    {"lhy", 2, Does::load},
    {"llgh", 2, Does::load},
    {"llh", 2, Does::load},
    {"lgb", 1, Does::load},
    {"lb", 1, Does::load},
    {"llgc", 1, Does::load},
    {"llc", 1, Does::load},
    {"ic", 1, Does::load},
    {"icy", 1, Does::load},
    {"lrv", 4, Does::load},
    {"lrvg", 8, Does::load},
    {"llgt", 4, Does::load},
    {"st", 4, Does::store},
    {"sty", 4, Does::store},
    {"stg", 8, Does::store},
    {"sth", 2, Does::store},
    {"sthy", 2, Does::store},
    {"stc", 1, Does::store},
    {"stcy", 1, Does::store},
    {"strv", 4, Does::store},
    {"strvg", 8, Does::store},
    {"mvghi", 8, Does::store_constant},
    {"mvhi", 4, Does::store_constant},
    {"mvhhi", 2, Does::store_constant},
    {"mvi", 1, Does::store_constant},
    {"mviy", 1, Does::store_constant},
    {"cg", 8, Does::compare},
    {"c", 4, Does::compare},
    {"cy", 4, Does::compare},
    {"cl", 4, Does::compare},
    {"cly", 4, Does::compare},
    {"clg", 8, Does::compare},
    {"cgf", 4, Does::compare},
    {"clgf", 4, Does::compare},
    {"ch", 2, Does::compare},
    {"cghsi", 8, Does::compare},
    {"chsi", 4, Does::compare},
    {"chhsi", 2, Does::compare},
    {"clghsi", 8, Does::compare},
    {"clfhsi", 4, Does::compare},
    {"clhhsi", 2, Does::compare},
    {"cli", 1, Does::compare},
    {"cliy", 1, Does::compare},
    {"tm", 1, Does::compare},
    {"tmy", 1, Does::compare},
    {"ag", 8, Does::combine},
    {"agf", 4, Does::combine},
    {"a", 4, Does::combine},
    {"ay", 4, Does::combine},
    {"ah", 2, Does::combine},
    {"sg", 8, Does::combine},
    {"s", 4, Does::combine},
    {"sy", 4, Does::combine},
    {"ng", 8, Does::combine},
    {"n", 4, Does::combine},
    {"ny", 4, Does::combine},
    {"og", 8, Does::combine},
    {"o", 4, Does::combine},
    {"xg", 8, Does::combine},
    {"x", 4, Does::combine},
    {"al", 4, Does::combine},
    {"alg", 8, Does::combine},
    {"algf", 4, Does::combine},
    {"slg", 8, Does::combine},
    {"msg", 8, Does::combine},
    {"ms", 4, Does::combine},
};

class S390 : Lifter<cs_sysz> {
 public:
  S390(const cs_insn& raw, Insn& insn) : Lifter(raw, raw.detail->sysz, insn, 8) {}
  void lift() {
    if (flow() || address() || multiple() || memory() || storage() || shift() || pair() || arithmetic()) return;
    if (is_reg(0)) clobber(reg(0));
    if (const Mem* m = first_memory()) insn_.accesses.push_back({*m, 0, true, false, 0});
  }

 private:
  Reg reg(int i) const { return is_reg(i) ? reg_of(op(i).reg) : no_reg; }
  Mem mem(int i) const {
    Mem m;
    m.base = reg_of(op(i).mem.base);
    m.index = reg_of(op(i).mem.index);
    if (m.base == 0) m.base = no_reg;  // r0 as a base means none
    if (m.index == 0) m.index = no_reg;
    if (m.base == no_reg) std::swap(m.base, m.index);
    m.disp = op(i).mem.disp;
    return m;
  }
  const Mem* first_memory() {
    for (int i = 0; i < x_.op_count; ++i)
      if (is_mem(i)) return found_ = mem(i), &found_;
    return nullptr;
  }

  bool flow() {
    const int last = x_.op_count - 1;
    const auto to = [&](Flow f) {
      insn_.flow = f;
      if (last >= 0 && is_imm(last)) insn_.target = static_cast<std::uint64_t>(op(last).imm);
      insn_.target_field = insn_.address + 2;
      return true;
    };
    if (name_ == "brasl" || name_ == "bras" || name_ == "jasl" || name_ == "jas") return to(Flow::call);
    if (name_ == "basr" || name_ == "balr") return insn_.flow = Flow::indirect_call, insn_.callee = reg(1), true;
    if (name_ == "br") return insn_.flow = reg(0) == 14 ? Flow::ret : Flow::indirect_jump, insn_.callee = reg(0), true;
    if (name_ == "j" || name_ == "jg") return to(Flow::jump);
    if (name_ == "brctg" || name_ == "brct") add(Verb::add_const, reg(0), reg(0), -1).size = name_ == "brct" ? 4 : 8;
    const bool branch = name_.starts_with("j") || name_.starts_with("brc") || name_.starts_with("brct") ||
                        name_.find("rj") != std::string_view::npos || name_.find("ij") != std::string_view::npos;
    return branch && last >= 0 && is_imm(last) && to(Flow::branch);
  }
  bool address() {
    if (name_ == "la" || name_ == "lay") {
      if (!is_mem(1)) return false;
      add(Verb::address, reg(0)).mem = mem(1);
      return true;
    }
    // larl, and loads, stores and compares that have the place itself as operand: relative to the instruction.
    if (!name_.ends_with("rl") || insn_.size != 6 || !is_imm(1)) return false;
    insn_.target = static_cast<std::uint64_t>(op(1).imm);
    insn_.target_field = insn_.address + 2;
    if (name_ != "larl") return false;
    add(Verb::constant, reg(0), no_reg, op(1).imm).field = insn_.address + 2;
    return true;
  }
  bool multiple() {
    const bool load = name_ == "lmg", store = name_ == "stmg";
    if ((!load && !store) || !is_mem(2) || reg(0) == no_reg || reg(1) == no_reg) return false;
    Mem m = mem(2);
    const int count = (reg(1) - reg(0) + 16) % 16 + 1;
    insn_.accesses.push_back({m, static_cast<unsigned>(8 * count), load, store, 0});
    Reg base_value = no_reg;
    for (int i = 0; i < count; ++i, m.disp += 8) {
      const auto r = static_cast<Reg>((reg(0) + i) % 16);
      if (load && r == m.base) {  // lmg %r6,%r15,...(%r15): the base goes last
        base_value = r;
        continue;
      }
      add(load ? Verb::load : Verb::store, load ? r : no_reg, load ? no_reg : r).mem = m;
    }
    clobber(base_value);
    return true;
  }
  bool memory() {
    const auto row = std::find_if(std::begin(rows), std::end(rows), [this](const Row& r) { return r.name == name_; });
    const Mem* m = first_memory();
    if (row == std::end(rows) || !m) return false;
    const bool writes = row->does == Does::store || row->does == Does::store_constant;
    const bool tests_bits = name_ == "tm" || name_ == "tmy";
    insn_.accesses.push_back({*m, row->size, !writes, writes, tests_bits ? byte_mask() : 0});
    switch (row->does) {
      case Does::load: {
        Effect& e = add(Verb::load, reg(0));
        e.mem = *m;
        e.size = static_cast<std::uint8_t>(row->size);
        break;
      }
      case Does::store:
      case Does::store_constant: {
        Effect& e = add(Verb::store, no_reg, reg(0), is_imm(1) ? op(1).imm : 0);
        e.mem = *m;
        e.size = static_cast<std::uint8_t>(row->size);
        break;
      }
      case Does::combine:
        clobber(reg(0));
        break;
      case Does::compare:
        break;
    }
    return true;
  }
  // The bits that an instruction with a mask of one byte is about: ni clears those that it does not have.
  std::uint64_t byte_mask() const {
    if (!is_imm(1)) return 0;
    const auto imm = static_cast<std::uint64_t>(op(1).imm);
    return (name_.starts_with("n") ? ~imm : imm) & 0xff;
  }
  void modify(const Mem& m, unsigned size) {
    Effect& e = add(Verb::modify, no_reg);
    e.mem = m;
    e.size = static_cast<std::uint8_t>(std::min(size, 255u));
  }
  // mvc, clc, xc: from storage to storage. asi, agsi and the atomics change it in place.
  bool storage() {
    static constexpr std::string_view both[] = {"mvc", "clc", "xc", "oc", "nc"};
    static constexpr std::string_view place[] = {"asi", "agsi", "ni",   "oi",  "xi",   "niy", "oiy",
                                                 "xiy", "laa",  "laag", "lan", "lang", "lao", "laog",
                                                 "lax", "laxg", "cs",   "csg", "csy",  "ts"};
    if (std::find(std::begin(both), std::end(both), name_) != std::end(both) && is_mem(0) && is_mem(1)) {
      const auto length = static_cast<unsigned>(op(0).mem.length);
      Mem to = mem(0), from = mem(1);
      to.index = from.index = no_reg;
      insn_.accesses.push_back({to, length, name_ == "clc", name_ != "clc", 0});
      insn_.accesses.push_back({from, length, true, false, 0});
      if (name_ != "clc") modify(to, length);
      return true;
    }
    if (std::find(std::begin(place), std::end(place), name_) == std::end(place)) return false;
    const Mem* m = first_memory();
    if (!m) return false;
    const unsigned size = name_.ends_with("g") || name_ == "agsi"         ? 8
                          : name_.ends_with("i") || name_.ends_with("iy") ? (name_ == "asi" ? 4 : 1)
                                                                          : 4;
    insn_.accesses.push_back({*m, size, true, true, size == 1 ? byte_mask() : 0});
    modify(*m, size);
    clobber(reg(0));
    return true;
  }
  // The amount has the form of an address: "sllg %r2,%r3,3", "sllg %r2,%r3,0(%r4)".
  bool shift() {
    static constexpr std::string_view names[] = {"sllg", "srlg", "srag", "slag", "rllg", "sll",  "srl",
                                                 "sra",  "sla",  "rll",  "sllk", "srlk", "srak", "slak"};
    if (std::find(std::begin(names), std::end(names), name_) == std::end(names)) return false;
    if (name_ == "sllg" && is_imm(2))
      add(Verb::shift, reg(0), reg(1), op(2).imm);
    else
      clobber(reg(0));
    return true;
  }
  // dlgr, dsgr, mlgr: remainder and quotient, or the halves of the product, go to an even register and the next.
  bool pair() {
    const bool divides = name_.starts_with("ds") || name_.starts_with("dl") || name_ == "d" || name_ == "dr";
    if ((!divides && !name_.starts_with("ml")) || reg(0) == no_reg) return false;
    if (divides) divide_by(reg(1), name_.ends_with("gr") ? 8 : 4);
    clobber(reg(0));
    clobber(static_cast<Reg>(reg(0) + 1));
    const Mem* m = first_memory();
    if (!m) return true;
    const unsigned size = name_.ends_with("g") ? 8 : 4;
    insn_.accesses.push_back({*m, size, true, false, 0});
    if (divides) insn_.divisor_mem = *m, insn_.divisor_size = size;
    return true;
  }
  bool arithmetic() {
    const Reg d = reg(0);
    if (name_ == "lgr" || name_ == "ltgr") return add(Verb::copy, d, reg(1)), true;
    if (name_ == "lr" || name_ == "lgfr" || name_ == "llgfr" || name_ == "ltr")
      return add(Verb::copy, d, reg(1)).size = 4, true;
    if ((name_ == "lghi" || name_ == "lgfi" || name_ == "lhi" || name_ == "llilf" || name_ == "llill") && is_imm(1))
      return add(Verb::constant, d, no_reg, op(1).imm), true;
    if ((name_ == "aghi" || name_ == "agfi" || name_ == "algfi") && is_imm(1))
      return add(Verb::add_const, d, d, op(1).imm), true;
    if (name_ == "slgfi" && is_imm(1)) return add(Verb::add_const, d, d, wrapping_negation(op(1).imm)), true;
    if (name_ == "aghik" && is_imm(2)) return add(Verb::add_const, d, reg(1), op(2).imm), true;
    if (name_ == "agr" || name_ == "algr") return add(Verb::add, d, d, 1).b = reg(1), true;
    if (name_ == "agrk" || name_ == "algrk") return add(Verb::add, d, reg(1), 1).b = reg(2), true;
    if (name_.starts_with("locgr")) return add(Verb::merge, d, reg(1)), true;
    if (name_ == "mghi" && is_imm(1)) return add(Verb::multiply, d, d, op(1).imm), true;
    return name_.starts_with("c") || name_ == "nopr" || name_ == "nop" || name_ == "bcr" || name_ == "ltr";
  }

  Mem found_;
};

}  // namespace

void lift_s390(const cs_insn& raw, Insn& insn) { S390(raw, insn).lift(); }

}  // namespace unoops::machine
