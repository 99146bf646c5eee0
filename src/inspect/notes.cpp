// Names for the values that the instructions around the fault handle.
#include <dwarf.h>

#include <algorithm>

#include "arch/system_call.hpp"
#include "debuginfo/dies.hpp"
#include "inspect/naming.hpp"

namespace unoops::inspect {
namespace {

std::string number(std::uint64_t value) {
  if (value < 10) return std::to_string(value);
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

// What a value is called: the first alternative that has a name and needs no arithmetic.
std::string text_of(const Value& v) {
  for (const auto& a : v)
    if (a.node && a.offset == 0 && a.stride == 0 && named(*a.node))
      return (a.node->kind == Node::Kind::object ? "&" : "") + expression(*a.node);
  return {};
}

Reg written(const Insn& insn) {
  for (const auto& e : insn.effects)
    if (e.dst != no_reg && e.verb != Verb::clobber) return e.dst;
  return no_reg;
}

// The parameters of a function of the unit as they are declared.
std::vector<std::pair<std::string, std::string>> parameters_of(Dwarf_Die unit, std::string_view function) {
  std::vector<std::pair<std::string, std::string>> out;
  constexpr std::size_t most_parameters = 6;  // of a system call
  bool found = false;
  each_child(unit, [&](Dwarf_Die die) {
    Dwarf_Die child;
    if (found || dwarf_tag(&die) != DW_TAG_subprogram || name_of(die) != function || dwarf_child(&die, &child) != 0)
      return;
    found = true;
    each_child(die, [&](Dwarf_Die parameter) {
      if (dwarf_tag(&parameter) == DW_TAG_formal_parameter && out.size() < most_parameters)
        out.emplace_back(name_of(parameter), type_name(peel(type_of(parameter))));
    });
  });
  return out;
}

}  // namespace

// SYSCALL_DEFINEn (v6.1 include/linux/syscalls.h) puts the body, with its parameters, into __do_sys_*().
void Namer::name_system_call() {
  const auto entered = impl_ ? entered_call(report_) : std::nullopt;
  if (!entered || report_.arch->system_call_prefixes.empty()) return;
  const std::string name(entered->call.name);
  SymbolRef wrapper;  // the trace seldom has it: it ends in a jump
  wrapper.symbol = std::string(report_.arch->system_call_prefixes.front()) + "sys_" + name;
  wrapper.offset = 0;
  const auto views = code_views(*impl_, wrapper);
  if (views.size() == 1 && views.front().cu)
    report_.site.call_parameters = parameters_of(*views.front().cu, "__do_sys_" + name);
}

void Namer::name_registers(const Scene& scene, const Subject& subject) {
  if (!subject.flow->info() || !subject.flow->at(scene.origin)) return;
  const State state = subject.flow->before(scene.origin);
  for (const auto& r : report_.registers) {
    const Reg reg = register_by_log_name(scene.isa, r.name);
    if (reg == no_reg || reg == scene.isa.sp) continue;
    if (std::string name = text_of(state.regs[reg]); !name.empty())
      report_.site.register_names.emplace_back(r.name, std::move(name));
  }
}

void Namer::note_registers(const Scene& scene, Subject& subject) {
  if (!scene.fault || !subject.flow->info()) return;
  FunctionFlow& flow = *subject.flow;
  auto& notes = report_.site.instructions;
  for (std::size_t i = 0; i < scene.window.size() && i < notes.size() && i < *scene.fault; ++i) {
    const Insn& insn = scene.window[i].insn;
    const Reg r = written(insn);
    if (r == no_reg || r == scene.isa.sp || !flow.at(insn.address)) continue;
    State state = flow.before(insn.address);
    flow.step(insn, state);
    std::string name = text_of(state.regs[r]);
    if (name.empty()) continue;
    // the dump tells the value if nothing on the way to the fault wrote the register or left the straight line
    bool same = true;
    for (std::size_t k = i; k < *scene.fault; ++k) {
      const Insn& later = scene.window[k].insn;
      if (later.flow != Flow::next || (k > i && later.writes(r))) same = false;
    }
    std::string note = std::string(scene.isa.name(r)) + " = " + name;
    if (const auto value = scene.reg(r); same && value) note += " = " + number(*value);
    notes[i].note = std::move(note);
  }
  const auto& cause = report_.site.cause;
  if (!cause || cause->expression.empty() || *scene.fault >= notes.size() || cause->function != flow.info()->name())
    return;
  const bool element = cause->member.starts_with('[');
  std::string touched =
      cause->member.empty() ? "*" + cause->expression : cause->expression + (element ? "" : "->") + cause->member;
  const Insn& insn = *scene.faulting();
  for (const auto& e : insn.effects) {
    if (e.verb != Verb::store) continue;
    const State state = flow.before(insn.address);
    const std::string stored = e.a == no_reg ? number(static_cast<std::uint64_t>(e.imm)) : text_of(state.regs[e.a]);
    if (!stored.empty()) touched += " = " + stored;
    break;
  }
  notes[*scene.fault].note = std::move(touched);
}

}  // namespace unoops::inspect
