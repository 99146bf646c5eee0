// Which pointer to a function was bad: the caller's instruction tells where it came from.
#include <algorithm>

#include "base/hex.hpp"
#include "base/wrapping.hpp"
#include "inspect/naming.hpp"
#include "report/questions.hpp"

namespace unoops::inspect {
namespace {

// How well an alternative says what is called: a member before a variable, a function's pointer before a cast one.
int called_rank(const Alternative& a) {
  if (!a.node || a.offset != 0 || a.stride != 0 || !named(*a.node) || !may_be_called(a.node->type)) return 0;
  const bool from_memory = a.node->kind == Node::Kind::load && !a.node->text.empty();
  return 1 + from_memory + 2 * is_function(target_of(*a.node));
}

const Alternative* best_called(const Value& held) {
  const Alternative* best = nullptr;
  for (const auto& a : held)
    if (called_rank(a) > (best ? called_rank(*best) : 0)) best = &a;
  return best;
}

// A pointer by name, and what is added to it.
const Alternative* named_pointer(const Value& held) {
  for (const auto& a : held)
    if (a.node && a.stride == 0 && named(*a.node) && is_pointer(a.node->type)) return &a;
  return nullptr;
}

std::string word_at(const std::string& pointer, std::int64_t offset) {
  if (offset == 0) return "*" + pointer;
  return "*(" + pointer + (offset < 0 ? " - " : " + ") + hex(magnitude(offset)) + ")";
}

}  // namespace

// The function pointer in memory that a call, or the load before it, reads.
std::optional<Namer::Guess> Namer::called_in(FunctionFlow& flow, const Insn& insn, const Mem& mem) {
  Touch touch;
  touch.size = isa().word;
  touch.want_pointer = touch.is_called = true;
  const State state = flow.before(insn.address);
  auto guess = best_guess(flow, flow.address_of(mem, insn, state), touch, insn.address, state);
  if (!guess || !named(*guess->where.node) || !may_be_called(guess->path.type) || guess->path.ambiguous)
    return std::nullopt;
  return guess;
}

// Where no type tells the member, the way to it by offsets alone: "*(*(inode->i_private + 0xe0) + 0x18)". A cast that
// needs no variable leaves nothing else in DWARF.
std::string Namer::word_read(FunctionFlow& flow, const Insn& insn, const Mem& mem, int depth) {
  if (mem.base == no_reg || mem.base == isa().sp || mem.index != no_reg || mem.per_cpu) return {};
  const State state = flow.before(insn.address);
  if (const auto* base = named_pointer(state.regs[mem.base]))
    return word_at(expression(*base->node), wrapping_sum(base->offset, mem.disp));
  const std::string inner = word_in(flow, insn, mem.base, depth);
  return inner.empty() ? inner : word_at(inner, mem.disp);
}

std::string Namer::word_in(FunctionFlow& flow, const Insn& use, Reg reg, int depth) {
  const Insn* giver = depth > 0 ? flow.giver(use, reg) : nullptr;
  if (!giver || giver->effects.size() != 1 || giver->effects.front().size != isa().word) return {};
  const Effect& e = giver->effects.front();
  if (e.verb == Verb::load) return word_read(flow, *giver, e.mem, depth - 1);
  return e.verb == Verb::copy ? word_in(flow, *giver, e.a, depth - 1) : std::string();
}

// What the register of a call holds, by the best of what is known.
void Namer::say_register(FunctionFlow& flow, const Insn& call, Cause& cause) {
  const State state = flow.before(call.address);
  const Alternative* best = best_called(state.regs[call.callee]);
  const Insn* giver = best && is_function(target_of(*best->node)) ? nullptr : flow.giver(call, call.callee);
  if (giver && giver->effects.size() == 1 && giver->effects.front().verb == Verb::load)
    if (const auto guess = called_in(flow, *giver, giver->effects.front().mem)) return say_member(*guess, cause);
  constexpr int farthest = 4;
  if (!best) {
    cause.expression = word_in(flow, call, call.callee, farthest);
    return;
  }
  cause.expression = expression(*best->node);
  if (best->node->kind == Node::Kind::load && !best->node->text.empty()) {
    cause.type = type_name(target_of(*best->node->base));
    cause.member = member_of(best->node->text);
  } else {
    cause.type = type_name(best->node->type);
  }
}

void Namer::say_member(const Guess& guess, Cause& cause) {
  cause.expression = expression(*nodes_.load(*guess.where.node, guess.where.offset, guess.where.stride, guess.path));
  cause.type = type_name(guess.object);
  cause.member = member_of(guess.path.text);
  cause.offset = guess.path.offset;
}

std::optional<Cause> Namer::call_target(const Scene& scene, Subject& caller, const Insn& call) {
  FunctionFlow& flow = *caller.flow;
  Cause cause;
  const Frame* pc = own_pc(report_);
  std::optional<std::uint64_t> bad = pc && pc->ref.symbol.empty() ? pc->ref.address : std::nullopt;
  if (report_.site.callee && report_.site.callee->value) bad = report_.site.callee->value;
  if (!bad) bad = report_.fault.address;
  cause.value = bad;
  cause.function = flow.info() ? std::string(flow.info()->name()) : "";
  cause.reason = "the call instruction of the caller";
  if (call.callee_mem) {
    if (const auto guess = called_in(flow, call, *call.callee_mem))
      say_member(*guess, cause);
    else
      cause.expression = word_read(flow, call, *call.callee_mem, 2);
  } else if (call.callee != no_reg) {
    const auto held = scene.reg(call.callee);
    if (held && bad && *held != *bad) return std::nullopt;
    if (held && bad) cause.confidence = Confidence::certain;
    say_register(flow, call, cause);
  }
  return cause.expression.empty() ? std::nullopt : std::optional(std::move(cause));
}

void Namer::name_call(const Scene& scene) {
  const Frame* frame = caller_of_nothing();
  Subject* caller = frame ? subject(frame->ref) : nullptr;
  const Insn* call = caller ? caller->flow->call_before(caller->address) : nullptr;
  if (!call) return;
  auto cause = call->flow == Flow::indirect_call             ? call_target(scene, *caller, *call)
               : call->flow == Flow::call && frame->reliable ? behind_tail_call(scene, *frame, *caller, *call)
                                                             : std::nullopt;
  if (cause && (frame->reliable || cause->confidence == Confidence::certain)) report_.site.cause = std::move(*cause);
}

void Namer::name_callee(const Scene& scene, Subject& subject) {
  const Insn* call = subject.flow->at(scene.origin);
  if (call && (call->flow == Flow::indirect_call || call->flow == Flow::indirect_jump))
    report_.site.cause = call_target(scene, subject, *call);
}

// The caller's call is a direct one: the function that it called has left its frame, and jumped on. Proven if that has
// one such jump only, and the register of the jump holds the bad address.
std::optional<Cause> Namer::behind_tail_call(const Scene& scene, const Frame& frame, Subject& caller,
                                             const Insn& call) {
  SymbolRef ref;
  ref.symbol = callee_of(caller, call);
  ref.offset = 0;
  if (ref.symbol.empty()) return std::nullopt;
  Subject* through = subject(ref);
  if (!through && !frame.ref.module.empty()) {
    ref.module = frame.ref.module;
    through = subject(ref);
  }
  if (!through) return std::nullopt;
  const Insn* jump = nullptr;
  for (const Insn& insn : through->flow->insns()) {
    if (insn.flow != Flow::indirect_jump || insn.callee == no_reg) continue;
    if (jump) return std::nullopt;
    jump = &insn;
  }
  if (!jump) return std::nullopt;
  auto cause = call_target(scene, *through, *jump);
  return cause && cause->confidence == Confidence::certain ? cause : std::nullopt;
}

}  // namespace unoops::inspect
