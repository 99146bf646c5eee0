// GCC's IPA-SRA passes what a pointer points to instead of the pointer: foo.isra.0 gets q->head where the source's foo
// gets q, and no location list tells of it. The callers do: foo is static, so they stand in the same unit.
#include <algorithm>

#include "inspect/naming.hpp"

namespace unoops::inspect {
namespace {

constexpr std::size_t callers_to_look_at = 8;

// Where in a function's code a direct call or jump to `target` stands.
std::optional<std::uint64_t> jump_to(const Disassembler& disassembler, std::span<const std::uint8_t> bytes,
                                     std::uint64_t start, std::uint64_t target) {
  // A look at the bytes is a hundred times faster than to disassemble a whole unit.
  const auto may_reach = disassembler.isa().calls.may_reach;
  if (may_reach && !may_reach({bytes, start}, target)) return std::nullopt;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto decoded =
        disassembler.decode(bytes.subspan(at, std::min<std::size_t>(16, bytes.size() - at)), start + at, false);
    if (decoded && decoded->insn.target == target) return start + at;
    at += decoded ? decoded->insn.size : disassembler.isa().step;
  }
  return std::nullopt;
}

}  // namespace

void Namer::explain_isra(Subject& s) {
  if (explaining_isra_ || s.function.symbol.find(".isra.") == std::string::npos || !s.flow->info() || !s.unit) return;
  explaining_isra_ = true;  // callers that were split likewise keep what their own code says
  FlowOptions options;
  options.goal = s.address;
  const auto& arguments = disassembler_.isa().arguments;
  const State entry = s.flow->at_entry();
  for (std::size_t i = 0; i < arguments.size() && i < s.flow->info()->parameters().size(); ++i) {
    const auto& value = entry.regs[arguments[i]];
    const bool told = std::any_of(value.begin(), value.end(),
                                  [](const Alternative& a) { return a.node && a.node->kind == Node::Kind::variable; });
    if (told) continue;
    if (const auto found = isra_argument(s, arguments[i])) options.entry.emplace_back(arguments[i], *found);
  }
  explaining_isra_ = false;
  if (options.entry.empty()) return;
  s.flow = flow_of(s, options);
}

// What all callers pass, in terms of the callee's own parameter: the last link of their chain, from a pointer of that
// parameter's type.
std::optional<Alternative> Namer::isra_argument(Subject& s, Reg argument) {
  std::optional<Alternative> agreed;
  std::size_t seen = 0;
  for (Dwarf_Die die : s.unit->functions()) {
    Dwarf_Addr low = 0, high = 0;
    if (dwarf_lowpc(&die, &low) != 0 || dwarf_highpc(&die, &high) != 0 || low == s.function.start) continue;
    const auto bytes = s.program->code(low, high);
    const auto call = jump_to(disassembler_, bytes, low, s.function.start);
    if (!call) continue;
    if (++seen > callers_to_look_at) return std::nullopt;
    auto view = s.program->at(low, bytes);
    view.address = *call;
    const Subject* caller = analyse(std::move(view));
    if (!caller) return std::nullopt;
    const FunctionFlow& flow = *caller->flow;
    std::optional<Alternative> passed;
    const State state = flow.before(*call);
    for (const auto& a : state.regs[argument]) {
      if (!a.node || a.node->kind != Node::Kind::load || a.offset != 0 || a.stride != 0) continue;
      const Node& load = *a.node;
      const Type object = target_of(*load.base);
      for (const Variable* parameter : s.flow->info()->parameters())
        if (object && peel(pointee(parameter->type)).key() == peel(object).key())
          passed = Alternative{
              nodes_.load(*nodes_.variable(*parameter), load.offset, load.stride, Path{load.text, 0, load.type, false}),
              0, 0};
      if (passed) break;
    }
    if (!passed || (agreed && !(*agreed == *passed))) return std::nullopt;
    agreed = passed;
  }
  return agreed;
}

}  // namespace unoops::inspect
