// Names that only the callers know: what was passed to the function that faulted, the pointer that was called, the
// address that a sanitizer's check got.
#include <algorithm>

#include "base/limits.hpp"
#include "base/wrapping.hpp"
#include "facts/frames.hpp"
#include "inspect/naming.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::inspect {
namespace {

constexpr std::size_t frames_to_try = 6;

constexpr RoleSet helpers = FrameRole::memory_helper | FrameRole::lock | FrameRole::check;

// Whether a trace's frame may be the caller of `callee`, as the call's own target says.
bool calls(std::string_view target, std::string_view callee) {
  if (target.empty() || plain_symbol(target) == plain_symbol(callee)) return true;
  return (frame_roles(target) & frame_roles(callee) & helpers)
      .any();  // memcpy → memcpy_orig, mutex_lock → its slow path
}

// What a helper's own code says of its argument tells little of the bug: void, bytes, locks, list heads.
bool says_little(Type object) {
  static constexpr std::string_view links[] = {"list_head", "hlist_head", "hlist_node", "rb_node",
                                               "rb_root",   "llist_node", "llist_head", "kref"};
  if (!object || is_opaque(object)) return true;
  const Type real = peel(object);
  return !is_aggregate(real) || std::ranges::find(links, name_of(real.die)) != std::end(links);
}

}  // namespace

// Whether the bad pointer is a parameter as it came in, of which the caller can say more: the helper's type says
// little, or the value is NULL plus a bit, so that the caller took a member's address.
std::optional<Namer::Argument> Namer::asks_the_caller(const std::optional<Argument>& found,
                                                      const std::optional<Guess>& guess,
                                                      std::optional<std::uint64_t> effective) const {
  if (!found || !guess) return found;
  const bool root = guess->where.node->kind == Node::Kind::variable || guess->where.node->kind == Node::Kind::argument;
  if (!root) return std::nullopt;
  if (says_little(guess->object)) return found;
  const std::uint64_t value = effective ? *effective - static_cast<std::uint64_t>(found->inner) : 0;
  if (value != 0 && value < limits::near_null) return found;
  return std::nullopt;
}

std::vector<const Frame*> Namer::callers() const {
  std::vector<const Frame*> out;
  const Frame* pc = own_pc(report_);
  const auto add = [&](const Frame& f) {
    if (f.ref.symbol.empty() || !f.ref.offset || !f.reliable) return;
    if (pc && f.ref.symbol == pc->ref.symbol && f.ref.offset == pc->ref.offset) return;
    out.push_back(&f);
  };
  // a link register that points into the function itself is from its own last call
  if (const Frame* link = link_frame(report_); link && !(pc && pc->ref.symbol == link->ref.symbol)) add(*link);
  if (const Stack* trace = own_trace(report_))
    for (const auto& f : trace->frames) {
      const bool again = out.size() == 1 && out[0]->ref.symbol == f.ref.symbol && out[0]->ref.offset == f.ref.offset;
      if (!again) add(f);
    }
  if (out.size() > frames_to_try) out.resize(frames_to_try);
  return out;
}

// Who called what is no code: the link register tells, else the innermost entry of the trace and no other. That a
// '?' entry made the call, its own instruction must prove.
const Frame* Namer::caller_of_nothing() const {
  const Frame* pc = own_pc(report_);
  if (const Frame* link = link_frame(report_)) return link->ref.symbol.empty() ? nullptr : link;
  const Stack* trace = own_trace(report_);
  if (!trace) return nullptr;
  for (const auto& f : trace->frames) {
    const bool is_pc = pc && f.ref.symbol == pc->ref.symbol && f.ref.offset == pc->ref.offset;
    if (is_pc || (!f.reliable && frame_roles(f.ref.symbol).has(FrameRole::exception | FrameRole::report))) continue;
    return f.ref.symbol.empty() || !f.ref.offset ? nullptr : &f;
  }
  return nullptr;
}

// What a call passes as an argument: a member's address, or a pointer itself (then the path is empty).
std::optional<Namer::Guess> Namer::passed_by(FunctionFlow& flow, const Insn& call, int argument, bool typed) {
  const State state = flow.before(call.address);
  for (const auto& raw : state.regs[disassembler_.isa().arguments[static_cast<std::size_t>(argument)]]) {
    const Alternative a = flow.as_object(raw, false);
    if (!a.node || a.stride != 0 || !named(*a.node)) continue;
    if (a.offset != 0 || a.node->kind == Node::Kind::object) {
      if (auto place = flow.place(a, Touch{}, call.address))
        return Guess{place->where, place->object, std::move(place->path)};
    } else if (is_pointer(a.node->type) && (!typed || says_little(target_of(*a.node)))) {
      return Guess{a, target_of(*a.node), Path{}};
    }
  }
  return std::nullopt;
}

bool Namer::name_in_callers(const Scene& scene, Argument argument, std::optional<std::uint64_t> effective, bool typed) {
  std::string_view callee = scene.pc->symbol;
  bool found = false;
  for (const Frame* frame : callers()) {
    Subject* caller = subject(frame->ref);
    if (!caller) continue;
    FunctionFlow& flow = *caller->flow;
    const Insn* call = flow.call_before(caller->address);
    if (!call || call->flow != Flow::call) continue;
    const DwarfCall* site = flow.info() ? flow.info()->call_returning_to(call->end()) : nullptr;
    if (!calls(site && site->has_callee ? site->callee : flow.callee_name(*call), callee)) continue;
    const auto guess = passed_by(flow, *call, argument.number, typed);
    if (!guess) return found;
    std::optional<std::uint64_t> value;
    if (effective) value = *effective - static_cast<std::uint64_t>(argument.inner);
    report_.site.cause = conclude(*guess, flow, call->address, value, report_.site.agrees_with_fault_address);
    report_.site.cause->reason = "passed to " + std::string(callee) + ": " + report_.site.cause->reason;
    found = true;
    // a helper that only passes its own parameter on: its caller says more
    const Node& node = *guess->where.node;
    const bool passed_on =
        node.kind == Node::Kind::variable && node.variable->parameter >= 0 && says_little(guess->object);
    if (!passed_on || !frame_roles(frame->ref.symbol).has(helpers) ||
        node.variable->parameter >= static_cast<int>(scene.isa.arguments.size()))
      return true;
    argument = {node.variable->parameter, wrapping_sum(argument.inner, guess->where.offset)};
    callee = frame->ref.symbol;
  }
  return found;
}

// The compiler's check before each access passes the address; the report's headline tells where it returns to.
void Namer::name_sanitizer() {
  const auto headline = std::ranges::find(report_.stacks, Occurrence::headline, &Stack::occurrence);
  if (headline == report_.stacks.end() || headline->frames.empty()) return;
  const SymbolRef& ref = headline->frames.front().ref;
  Subject* s = subject(ref);
  if (!s) return;
  FunctionFlow& flow = *s->flow;
  Touch touch;
  touch.size = static_cast<unsigned>(report_.fault.size.value_or(0));
  std::uint64_t pc = s->address;
  Value address;
  const Insn* call = flow.call_before(s->address);
  if (call && call->flow == Flow::call) {
    const std::string target = flow.callee_name(*call);
    const bool check = target.starts_with("__asan_") || target.starts_with("__kasan_") ||
                       target.starts_with("kasan_check") || target.starts_with("__hwasan_");
    const bool copies = plain_symbol(target) == "memcpy" || plain_symbol(target) == "memmove" ||
                        target == "__asan_memcpy" || target == "__asan_memmove";
    if (!check && !copies) return;
    pc = call->address;
    const auto& arguments = disassembler_.isa().arguments;
    address = flow.before(pc).regs[arguments[copies && report_.fault.access == Access::read ? 1 : 0]];
  } else if (const Insn* at = flow.at(s->address); at && !at->accesses.empty()) {
    address = flow.address_of(at->accesses.front().mem, *at, flow.before(pc));
  }
  auto guess = best_guess(flow, address, touch, pc, flow.before(pc));
  if (!guess && report_.fault.address) guess = constant_guess(flow, *report_.fault.address, touch, pc);
  if (!guess) return;
  // of freed or short objects the pointer's value is not what was bad (v6.1 mm/kasan/report_generic.c,
  // get_wild_bug_type)
  static constexpr std::string_view by_value[] = {"null-ptr-deref", "wild-memory-access", "user-memory-access"};
  const bool bad_value = std::ranges::find(by_value, report_.fact(fact::bug_type)) != std::end(by_value);
  (bad_value ? report_.site.cause : report_.site.touched) =
      conclude(*guess, flow, pc, report_.fault.address, report_.fault.address.has_value());
  if (report_.site.operation == Operation::none)
    report_.site.operation = report_.fault.access == Access::write ? Operation::store : Operation::load;
  report_.site.access_size = touch.size;
}

}  // namespace unoops::inspect
