#include "state/own_frames.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "facts/frames.hpp"
#include "report/questions.hpp"
#include "state/exact_trace.hpp"

namespace unoops::state {
namespace {

// The frames of some of the report's stacks in their order, each to be found once.
class Shown {
 public:
  Shown(Report& report, const std::function<bool(const Stack&)>& wanted) {
    for (Stack& stack : report.stacks)
      if (wanted(stack))
        for (Frame& frame : stack.frames) frames_.push_back(&frame);
  }

  Frame* take(const SymbolRef& ref) {
    const auto fits = [&](const Frame* frame) { return frame && frame->reliable && same_place(frame->ref, ref); };
    const auto from = frames_.begin() + static_cast<std::ptrdiff_t>(next_);
    auto at = std::find_if(from, frames_.end(), fits);
    // An interrupted pc stands before the trace of the interrupt.
    if (at == frames_.end()) at = std::find_if(frames_.begin(), from, fits);
    if (at == frames_.end() || !fits(*at)) return nullptr;
    next_ = std::max(next_, static_cast<std::size_t>(at - frames_.begin()));
    Frame* out = *at;
    *at = nullptr;
    return out;
  }

 private:
  std::vector<Frame*> frames_;
  std::size_t next_ = 0;
};

void match(OwnFrames& own, Machine& machine, Shown shown) {
  for (const UnwoundFrame& f : own.stack.frames)
    own.shown.push_back(shown.take(machine.code().reference(f.ip, f.exact ? PcKind::exact : PcKind::return_address)));
}

bool may_be_to_blame(const Frame* frame) {
  return frame && !frame->ref.symbol.empty() && !frame_roles(frame->ref.symbol).any();
}

// False: the stack is another one.
bool find_first(OwnFrames& own, const Report& report) {
  const Frame* pc = own_pc(report);
  if (pc && !pc->ref.symbol.empty()) {
    for (std::size_t i = 0; i < own.stack.frames.size(); ++i)
      if (own.stack.frames[i].exact && own.shown[i] && same_place(own.shown[i]->ref, pc->ref)) {
        own.first = i;
        own.faulted = true;
        return true;
      }
    return false;
  }
  const auto first = std::ranges::find_if(own.shown, may_be_to_blame);
  own.first = static_cast<std::size_t>(first - own.shown.begin());
  own.faulted = own.first > 0 && first != own.shown.end() && own.stack.frames[own.first - 1].no_code;
  return first != own.shown.end();
}

}  // namespace

std::optional<OwnFrames> own_frames(Report& report, Machine& machine) {
  const auto is_wanted = [&](const Stack& stack) {
    const bool role = stack.role == StackRole::pc || stack.role == StackRole::trace;
    return role && stack.occurrence == Occurrence::own && (!stack.cpu || stack.cpu == report.machine->panicked_cpu);
  };
  const auto fits = [&](OwnFrames& own) {
    match(own, machine, Shown(report, is_wanted));
    return find_first(own, report);
  };
  for (const Cpu& cpu : machine.cpus()) {
    if (static_cast<int>(cpu.number) != report.machine->panicked_cpu) continue;
    OwnFrames own{machine.stack_of(cpu), registers_at_top(machine.target(), cpu), {}};
    if (fits(own)) return own;
  }
  for (const Task& task : machine.tasks().tasks) {
    if (task.cpu || task.pid != report.pid) continue;
    OwnFrames own{machine.stack_of(task), registers_at_top(machine.target(), task), {}};
    if (fits(own)) return own;
  }
  return std::nullopt;
}

namespace {

std::optional<OwnFrames> frames_in(OwnFrames own, Machine& machine, Shown shown) {
  match(own, machine, std::move(shown));
  const auto first = std::ranges::find_if(own.shown, may_be_to_blame);
  if (first == own.shown.end()) return std::nullopt;
  own.first = static_cast<std::size_t>(first - own.shown.begin());
  return own;
}

}  // namespace

std::optional<OwnFrames> frames_of(Report& report, Machine& machine, const Cpu& cpu) {
  const auto is_its = [&](const Stack& stack) { return stack.cpu == static_cast<int>(cpu.number); };
  return frames_in({machine.stack_of(cpu), registers_at_top(machine.target(), cpu), {}}, machine,
                   Shown(report, is_its));
}

std::optional<OwnFrames> frames_of(Report& report, Machine& machine, const Task& task) {
  const auto is_its = [&](const Stack& stack) { return !stack.cpu && stack.pid == task.pid; };
  return frames_in({machine.stack_of(task), registers_at_top(machine.target(), task), {}}, machine,
                   Shown(report, is_its));
}

}  // namespace unoops::state
