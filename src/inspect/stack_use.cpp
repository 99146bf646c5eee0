#include "inspect/stack_use.hpp"

#include <algorithm>

#include "base/wrapping.hpp"
#include "report/questions.hpp"
#include "symbols/code_view.hpp"

namespace unoops::inspect {
namespace {

struct Taken {
  std::uint64_t bytes = 0, locals = 0;
};

// The call itself pushes the return address.
std::uint64_t pushed_by_call(const Isa& isa) {
  return isa.cfa_at_entry == static_cast<std::int64_t>(isa.word) ? isa.word : 0;
}

// What the bytes take of the stack until the first call, beside what the call to them took. Where calls push, saved
// registers are pushed one by one, and the rest is the function's variables: scripts/checkstack.pl and the compiler's
// -Wframe-larger-than (CONFIG_FRAME_WARN) count those alone.
Taken taken(const Disassembler& disassembler, std::span<const std::uint8_t> bytes) {
  constexpr std::size_t most = 48;  // instructions
  const auto& isa = disassembler.isa();
  const bool pushes = pushed_by_call(isa) != 0;
  Taken out;
  for (std::size_t n = 0; n < most && !bytes.empty(); ++n) {
    const auto decoded = disassembler.decode(bytes, 0, false);
    if (!decoded || decoded->insn.size > bytes.size()) break;
    const auto& insn = decoded->insn;
    // compilers call __fentry__ first; anything else that leaves the function ends its start
    if (insn.flow != Flow::next && (n != 0 || insn.flow != Flow::call) && insn.flow != Flow::branch) break;
    const bool stores = std::ranges::any_of(insn.effects, [](const Effect& e) { return e.verb == Verb::store; });
    for (const auto& effect : insn.effects) {
      if (effect.verb != Verb::add_const || effect.dst != isa.sp || effect.a != isa.sp || effect.imm >= 0) continue;
      out.bytes += magnitude(effect.imm);
      if (pushes && !stores) out.locals += magnitude(effect.imm);
    }
    bytes = bytes.subspan(insn.size);
  }
  return out;
}

Taken of_frame(const Disassembler& disassembler, FileStore* files, const Frame& frame) {
  const auto view = files ? code_view(*files, frame.ref) : std::nullopt;
  if (!view) return {};
  auto out = taken(disassembler, view->bytes);
  if (out.bytes) out.bytes += pushed_by_call(disassembler.isa());
  return out;
}

// The bytes in front of the fault may be the function's start, or begin within it: what they take, it takes at least.
Taken of_code(const Disassembler& disassembler, const Report& report) {
  const auto* pc = own_pc(report);
  const auto& code = report.code;
  if (!pc || !pc->ref.offset || !code.fault_offset || *code.fault_offset < *pc->ref.offset) return {};
  return taken(disassembler, std::span(code.bytes).subspan(*code.fault_offset - *pc->ref.offset, *pc->ref.offset));
}

}  // namespace

void measure_stack(Report& report, const Disassembler& disassembler, FileStore* files) {
  if (!report.has(Trait::stack_overflow | Trait::bad_stack)) return;
  auto& use = report.site.stack_use;
  const auto add = [&](const Frame& frame, const Taken& of_call) {
    if (of_call.bytes == 0) return;
    const auto at = std::ranges::find(use, frame.ref.symbol, &StackUse::function);
    if (at == use.end())
      use.push_back({frame.ref.symbol, of_call.bytes, of_call.locals, 1});
    else
      ++at->calls;
  };
  const auto* pc = own_pc(report);
  const auto* trace = own_trace(report);
  if (pc && !pc->ref.symbol.empty()) {
    const auto of_call = of_frame(disassembler, files, *pc);
    add(*pc, of_call.bytes ? of_call : of_code(disassembler, report));
  }
  if (trace)
    for (const auto& frame : trace->frames)
      if (frame.reliable && !frame.ref.symbol.empty() &&
          !(pc && frame.ref.symbol == pc->ref.symbol && frame.ref.offset == pc->ref.offset))
        add(frame, of_frame(disassembler, files, frame));
  std::ranges::stable_sort(use, std::ranges::greater{}, &StackUse::bytes);
}

}  // namespace unoops::inspect
