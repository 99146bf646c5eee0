// The lock or completion that a task waits for: what the call that waits got as its first argument, if that is one.
#include <algorithm>
#include <array>

#include "facts/frames.hpp"
#include "inspect/naming.hpp"
#include "report/questions.hpp"

namespace unoops::inspect {
namespace {

constexpr RoleSet waiting = FrameRole::lock | FrameRole::wait;
// What stands above the functions that wait in a trace.
constexpr RoleSet above = FrameRole::report | FrameRole::exception | FrameRole::interrupt | FrameRole::stall |
                          FrameRole::atomic | FrameRole::sanitizer;

// include/linux/{mutex,rwsem,spinlock_types,rwlock_types,semaphore,completion,rtmutex,ww_mutex,percpu-rwsem}.h
bool is_waited_for(Type t) {
  static constexpr auto names = std::to_array<std::string_view>(
      {"struct mutex", "struct rw_semaphore", "spinlock_t", "struct spinlock", "raw_spinlock_t", "struct raw_spinlock",
       "rwlock_t", "struct semaphore", "struct completion", "struct rt_mutex", "struct rt_mutex_base",
       "struct ww_mutex", "struct percpu_rw_semaphore"});
  return t && std::ranges::find(names, type_name(t)) != names.end();
}

// The outermost of the functions that wait, and who called it.
struct Asked {
  const Frame* callee = nullptr;
  std::size_t caller = 0;
};

Asked asked_in(const Stack& stack) {
  Asked out;
  for (std::size_t i = 0; i < stack.frames.size(); ++i) {
    const Frame& frame = stack.frames[i];
    if (!frame.reliable) continue;
    const auto roles = frame_roles(frame.ref.symbol);
    out.caller = i;
    if (roles.has(waiting))
      out.callee = &frame;
    else if (out.callee || !roles.has(above))
      return out;
  }
  return {};
}

}  // namespace

// The lock that a register points to, as an expression for its address.
std::optional<Handed> Namer::lock_at(FunctionFlow& flow, const Insn& call, Reg reg) {
  const State state = flow.before(call.address);
  for (const auto& raw : state.regs[reg]) {
    const Alternative a = flow.as_object(raw, false);
    if (!a.node || !named(*a.node)) continue;
    Handed out;
    const bool object = a.node->kind == Node::Kind::object;
    if (a.offset == 0 && a.stride == 0 && is_waited_for(target_of(*a.node))) {
      out.expression = (object ? "&" : "") + expression(*a.node);
      out.type = type_name(target_of(*a.node));
    } else if (const auto place = flow.place(a, Touch{}, call.address); place && is_waited_for(place->path.type)) {
      const auto& where = place->where;
      out.expression = "&" + expression(*nodes_.load(*where.node, where.offset, where.stride, place->path));
      out.type = type_name(place->path.type);
    } else {
      continue;
    }
    if (flow.follows_nearby(call.address, a.node)) out.confidence = Confidence::certain;
    return out;
  }
  return std::nullopt;
}

// A function that only hands its own parameter on is asked for by its caller, as far as each call proves itself.
std::optional<Handed> Namer::wanted_in(const Stack& stack) {
  const Asked asked = asked_in(stack);
  std::optional<Handed> out;
  if (!asked.callee) return out;
  const Frame* callee = asked.callee;
  int argument = 0;
  std::int64_t inner = 0;
  for (std::size_t i = asked.caller; i < stack.frames.size(); ++i) {
    const Frame& frame = stack.frames[i];
    if (!frame.reliable) continue;
    Subject* caller = subject(frame.ref);
    const Insn* call = caller ? caller->flow->call_before(caller->address) : nullptr;
    if (!call || call->flow != Flow::call) return out;
    const std::string target = callee_of(*caller, *call);
    const bool same = plain_symbol(target) == plain_symbol(callee->ref.symbol);
    // mutex_lock has jumped on to its slow path
    const bool jumped =
        callee == asked.callee && (frame_roles(target) & waiting & frame_roles(callee->ref.symbol)).any();
    if (target.empty() || (!same && !jumped)) return out;
    const Reg reg = isa().arguments[static_cast<std::size_t>(argument)];
    auto found = inner == 0 ? lock_at(*caller->flow, *call, reg) : std::nullopt;
    if (!found && !out) return out;
    if (found) {
      found->callee = plain_symbol(target);
      found->function = plain_symbol(frame.ref.symbol);
      out = std::move(found);
    }
    const auto up = came_in(*caller, *call, reg);
    if (!up || up->inner != 0) return out;
    argument = up->number;
    inner = up->inner;
    callee = &frame;
  }
  return out;
}

void Namer::name_wanted() {
  if (const Stack* trace = own_trace(report_)) report_.site.handed = wanted_in(*trace);
}

}  // namespace unoops::inspect
