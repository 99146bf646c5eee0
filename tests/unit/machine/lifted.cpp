#include "lifted.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "machine/disassembler.hpp"

namespace unoops::test {
namespace {

// The one place that knows how to get at an architecture's lifter.
const machine::Isa& isa_of(std::string_view name) {
  const bool thumb = name == "thumb";
  const ArchInfo* info = find_arch(thumb ? "arm" : name);
  REQUIRE(info);
  const arch::Arch& row = *arch::row_of(info);
  const machine::Isa* isa = thumb ? row.compact_isa : row.isa;
  REQUIRE(isa);
  return *isa;
}

constexpr std::uint64_t lifted_address = 0x1000;

std::vector<std::uint8_t> parse_bytes(std::string_view hex) {
  std::vector<std::uint8_t> out;
  for (std::size_t at = 0; at + 2 <= hex.size(); at += 3)
    out.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16)));
  return out;
}

class InsnText {
 public:
  explicit InsnText(const machine::Isa& isa) : isa_(isa) {}

  std::string effects(const machine::Insn& insn) const {
    std::string out;
    for (const auto& e : insn.effects) append(out, text(e));
    return out;
  }
  std::string rest(const machine::Insn& insn) const {
    std::string out;
    for (const auto& a : insn.accesses) append(out, text(a));
    if (insn.flow != machine::Flow::next) append(out, flow(insn));
    if (insn.string_op) append(out, "string");
    if (insn.maybe_patched) append(out, "patchable");
    if (insn.divisor != machine::no_reg)
      append(out, fmt::format("divides{} by {}", insn.divisor_size, reg(insn.divisor)));
    if (insn.divisor_mem) append(out, fmt::format("divides{} by {}", insn.divisor_size, mem(*insn.divisor_mem)));
    return out;
  }

 private:
  static void append(std::string& to, std::string_view what) {
    if (!to.empty()) to += "; ";
    to += what;
  }
  static std::string number(std::int64_t n) {
    return n < 0 ? fmt::format("-{:#x}", -static_cast<std::uint64_t>(n)) : fmt::format("{:#x}", n);
  }
  static std::string plus(std::int64_t n, std::string_view blank) {
    const std::string digits = number(n);
    return n < 0 ? fmt::format("{}-{}{}", blank, blank, digits.substr(1))
                 : fmt::format("{}+{}{}", blank, blank, digits);
  }
  std::string mem(const machine::Mem& m) const {
    std::string out;
    if (m.base != machine::no_reg) out += isa_.name(m.base);
    if (m.index != machine::no_reg) {
      if (!out.empty()) out += '+';
      out += isa_.name(m.index);
      if (m.scale != 1) out += fmt::format("*{}", m.scale);
    }
    if (out.empty())
      out = number(m.disp);
    else if (m.disp != 0)
      out += plus(m.disp, "");
    return fmt::format("{}[{}]", m.per_cpu ? "percpu:" : "", out);
  }
  std::string reg(machine::Reg r) const { return r == machine::no_reg ? "none" : std::string(isa_.name(r)); }
  // What a register gets; the operands of one that is a register or memory.
  std::string source(const machine::Effect& e) const {
    using machine::Verb;
    const auto loaded = [&] { return fmt::format("load{} {}", e.size, mem(e.mem)); };
    switch (e.verb) {
      case Verb::copy:
        return reg(e.a);
      case Verb::constant:
        return number(e.imm);
      case Verb::add:
        if (e.b == machine::no_reg) return fmt::format("{} + {}", reg(e.a), loaded());
        if (e.imm == -1) return fmt::format("{} - {}", reg(e.a), reg(e.b));
        return fmt::format("{} + {}{}", reg(e.a), reg(e.b), e.imm == 1 ? "" : fmt::format("*{}", e.imm));
      case Verb::add_const:
        return reg(e.a) + plus(e.imm, " ");
      case Verb::shift:
        return fmt::format("{} << {}", reg(e.a), e.imm);
      case Verb::shift_right:
        return fmt::format("{} >> {}", reg(e.a), e.imm);
      case Verb::multiply:
        return fmt::format("{} * {}", reg(e.a), e.b == machine::no_reg ? number(e.imm) : reg(e.b));
      case Verb::align:
        return fmt::format("align {}", reg(e.a));
      case Verb::merge:
        return fmt::format("{} or {}", reg(e.dst), e.a == machine::no_reg ? loaded() : reg(e.a));
      case Verb::address:
        return "&" + mem(e.mem);
      case Verb::load:
        return loaded();
      case Verb::current:
        return "current";
      case Verb::clobber:
      case Verb::store:
      case Verb::modify:
        break;
    }
    return "?";
  }
  std::string text(const machine::Effect& e) const {
    using machine::Verb;
    if (e.verb == Verb::modify) return fmt::format("modify{} {}", e.size, mem(e.mem));
    if (e.verb == Verb::store)
      return fmt::format("store{} {} = {}", e.size, mem(e.mem), e.a == machine::no_reg ? number(e.imm) : reg(e.a));
    const bool sized = e.verb != Verb::load && e.verb != Verb::clobber && e.size != isa_.word;
    return fmt::format("{}{} = {}", reg(e.dst), sized ? fmt::format(":{}", e.size) : "", source(e));
  }
  std::string text(const machine::MemoryAccess& a) const {
    const char* kind = a.read && a.write ? "update" : a.write ? "write" : a.read ? "read" : "touch";
    return fmt::format("{}{} {}{}", kind, a.size, mem(a.mem), a.mask ? fmt::format(" mask {:#x}", a.mask) : "");
  }
  std::string flow(const machine::Insn& insn) const {
    static constexpr const char* words[] = {"next", "jump", "branch", "call", "call", "jump", "ret", "trap"};
    std::string out = words[static_cast<int>(insn.flow)];
    if (insn.target) out += fmt::format(" {:#x}", *insn.target);
    const bool indirect = insn.flow == machine::Flow::indirect_call || insn.flow == machine::Flow::indirect_jump;
    if (indirect && insn.callee != machine::no_reg) out += " " + reg(insn.callee);
    if (indirect && insn.callee_mem) out += " " + mem(*insn.callee_mem);
    return out;
  }

  const machine::Isa& isa_;
};

}  // namespace

void check_lifted(std::string_view arch, std::span<const Lifted> rows) {
  const machine::Disassembler disassembler(isa_of(arch));
  REQUIRE(disassembler.usable());
  const InsnText text(disassembler.isa());
  for (const Lifted& row : rows) {
    INFO(arch << ": " << row.assembly);
    const auto bytes = parse_bytes(row.bytes);
    const auto decoded = disassembler.decode(bytes, lifted_address, false);
    CHECK(decoded);
    if (!decoded) continue;
    CHECK(decoded->insn.size == bytes.size());
    CHECK(text.effects(decoded->insn) == row.effects);
    CHECK(text.rest(decoded->insn) == row.rest);
  }
}

}  // namespace unoops::test
