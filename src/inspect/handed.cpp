// A bad pointer that came in as an argument: who passed it, at any depth at which each call proves itself.
#include <algorithm>

#include "base/wrapping.hpp"
#include "facts/frames.hpp"
#include "inspect/naming.hpp"
#include "report/questions.hpp"

namespace unoops::inspect {
namespace {

// What a caller passes, by the best of the ways to say it.
struct Passed {
  const Alternative* own = nullptr;    // a variable or what was loaded from memory
  const Alternative* given = nullptr;  // what a call gave back
};

Passed passed_in(const Value& value, unsigned word) {
  Passed out;
  for (const auto& a : value) {
    if (!a.node || a.stride != 0) continue;
    const bool result = a.node->kind == Node::Kind::result;
    if (result && !out.given) out.given = &a;
    const bool pointer = a.node->kind == Node::Kind::variable || a.node->kind == Node::Kind::load;
    if (pointer && !out.own && named(*a.node) && is_pointer(a.node->type)) out.own = &a;
  }
  if (!out.own) out.own = out.given;
  if (!out.own)  // a number that the source casts to a pointer
    for (const auto& a : value)
      if (!out.own && a.node && a.stride == 0 && named(*a.node) && size_of(a.node->type) == word) out.own = &a;
  return out;
}

bool same_function(std::string_view a, std::string_view b) { return !a.empty() && plain_symbol(a) == plain_symbol(b); }

// memcpy and __memcpy, whose code is one.
bool same_helper(std::string_view a, std::string_view b) {
  constexpr RoleSet helpers = FrameRole::memory_helper;
  const auto bare = [](std::string_view name) {
    return name.substr(std::min(name.find_first_not_of('_'), name.size()));
  };
  return (frame_roles(a) & frame_roles(b) & helpers).any() && bare(plain_symbol(b)).starts_with(bare(plain_symbol(a)));
}

}  // namespace

std::optional<Namer::Argument> Namer::came_in(const Value& value) const {
  for (const auto& a : value)
    if (a.node && a.node->kind == Node::Kind::argument && a.stride == 0 &&
        a.node->offset < static_cast<std::int64_t>(disassembler_.isa().arguments.size()))
      return Argument{static_cast<int>(a.node->offset), a.offset};
  return std::nullopt;
}

// By the code alone: location lists have many names for a register, and a parameter keeps its own when it is assigned to.
std::optional<Namer::Argument> Namer::came_in(const Subject& s, const Insn& insn, const Mem& mem) {
  FlowOptions options;
  options.names = false;
  options.goal = insn.address;
  const auto flow = flow_of(s, options);
  return came_in(flow->address_of(mem, insn, flow->before(insn.address)));
}

std::optional<Namer::Argument> Namer::came_in(const Subject& s, const Insn& insn, Reg reg) {
  Mem mem;
  mem.base = reg;
  return came_in(s, insn, mem);
}

std::string Namer::callee_of(Subject& caller, const Insn& call) {
  const DwarfCall* site = caller.flow->info() ? caller.flow->info()->call_returning_to(call.end()) : nullptr;
  return site && site->has_callee ? std::string(site->callee) : caller.flow->callee_name(call);
}

// Which argument of `through` becomes argument n of `to`, that it jumps to at its end.
std::optional<int> Namer::hands_on(const SymbolRef& through, std::string_view to, int argument) {
  Subject* s = subject(through);
  std::optional<int> found;
  if (!s) return std::nullopt;
  for (const Insn& insn : s->flow->insns()) {
    if (insn.flow != Flow::jump && insn.flow != Flow::branch) continue;
    if (!same_function(s->flow->callee_name(insn), to)) continue;
    const auto from = came_in(*s, insn, disassembler_.isa().arguments[static_cast<std::size_t>(argument)]);
    if (!from || from->inner != 0 || (found && *found != from->number)) return std::nullopt;
    found = from->number;
  }
  return found;
}

void Namer::follow_into_callers(const Scene& scene, Argument argument, std::optional<std::uint64_t> effective) {
  std::string callee = scene.pc->symbol;
  const Frame* link = link_frame(report_);
  for (const Frame* frame : callers()) {
    Subject* caller = subject(frame->ref);
    const Insn* call = caller ? caller->flow->call_before(caller->address) : nullptr;
    if (!call || (call->flow != Flow::call && call->flow != Flow::indirect_call)) {
      if (frame == link) continue;
      return;
    }
    const std::string target = call->flow == Flow::call ? callee_of(*caller, *call) : callee;
    if (!same_function(target, callee) && !same_helper(target, callee)) {
      SymbolRef through;
      through.symbol = target;
      through.offset = 0;
      const auto handed_on = target.empty() ? std::nullopt : hands_on(through, callee, argument.number);
      if (!handed_on && frame == link) continue;
      if (!handed_on) return;
      argument.number = *handed_on;
    }
    const auto reg = disassembler_.isa().arguments[static_cast<std::size_t>(argument.number)];
    const State state = caller->flow->before(call->address);
    const Value& value = state.regs[reg];
    const auto up = came_in(*caller, *call, reg);
    const Passed passed = passed_in(value, scene.isa.word);
    if (passed.own) {
      Handed out;
      out.expression = expression(*passed.own->node);
      out.type = type_name(target_of(*passed.own->node));
      out.function = plain_symbol(frame->ref.symbol);
      out.callee = plain_symbol(target);
      if (passed.given && passed.given->offset == passed.own->offset) out.returned_by = passed.given->node->text;
      if (effective)
        out.value =
            (*effective - static_cast<std::uint64_t>(wrapping_sum(argument.inner, passed.own->offset))) & scene.mask();
      out.confidence =
          report_.site.agrees_with_fault_address && call->flow == Flow::call ? Confidence::certain : Confidence::likely;
      report_.site.handed = std::move(out);
    }
    if (!up) return;
    argument = {up->number, argument.inner + up->inner};
    callee = frame->ref.symbol;
  }
}

}  // namespace unoops::inspect
