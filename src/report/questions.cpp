#include "report/questions.hpp"

#include <algorithm>

#include "report/fact_names.hpp"

namespace unoops::report {
namespace {

const Stack* own_stack(const Report& r, StackRole role) {
  const auto at = std::ranges::find_if(r.stacks, [&](const Stack& s) { return s.role == role && is_own(s); });
  return at == r.stacks.end() ? nullptr : &*at;
}

const Frame* first_frame(const Stack* stack) { return stack && !stack->frames.empty() ? &stack->frames[0] : nullptr; }

const Frame* frame_at(const Report& r, std::optional<std::size_t> stack, std::optional<std::size_t> frame) {
  if (!stack || !frame || *stack >= r.stacks.size()) return nullptr;
  const auto& frames = r.stacks[*stack].frames;
  return *frame < frames.size() ? &frames[*frame] : nullptr;
}

}  // namespace

std::string bus_error(const Report& r) {
  constexpr std::string_view abort = "external abort";
  for (const auto words : {r.fact(fact::die), r.fact(fact::fault_words)})
    if (words.find(abort) != std::string_view::npos || words.ends_with("bus error")) return std::string(words);
  return r.headline.find(abort) == std::string::npos ? std::string() : std::string(abort);
}

Outcome outcome_of(const Report& r) {
  if (r.panic || (r.severity == Severity::fatal && !r.fact(fact::reason).empty())) return Outcome::panicked;
  if (r.severity == Severity::fatal) return Outcome::stopped;
  if (r.has(Trait::not_stopped)) return Outcome::not_stopped;
  if (r.severity == Severity::notice) return Outcome::no_fault;
  const bool ends_early = std::ranges::find(r.defects, DefectKind::no_end, &Defect::kind) != r.defects.end();
  return ends_early ? Outcome::not_told : Outcome::went_on;
}

bool is_repeat(const Stack& stack) {
  return stack.occurrence == Occurrence::repeat || stack.occurrence == Occurrence::again;
}

bool is_own(const Stack& stack) { return stack.occurrence != Occurrence::repeat && !stack.cpu; }

bool is_call_trace(const Stack& stack) {
  return stack.role == StackRole::trace || stack.role == StackRole::panic_trace || stack.role == StackRole::state_trace;
}

const Frame* own_pc(const Report& r) { return first_frame(own_stack(r, StackRole::pc)); }
const Frame* link_frame(const Report& r) { return first_frame(own_stack(r, StackRole::link)); }
const Stack* own_trace(const Report& r) { return own_stack(r, StackRole::trace); }

const Register* stack_pointer(const Report& r) { return r.arch ? r.reg(r.arch->sp) : nullptr; }

const Frame* culprit_frame(const Report& r) { return frame_at(r, r.culprit_stack, r.culprit_frame); }

const Frame* look_frame(const Report& r) {
  const auto* frame = frame_at(r, r.explanation.look_stack, r.explanation.look_frame);
  return frame ? frame : culprit_frame(r);
}

const Sighting* sighting(const Report& r, Sight what) {
  const auto at = std::ranges::find(r.site.sightings, what, &Sighting::what);
  return at == r.site.sightings.end() ? nullptr : &*at;
}

bool is_interrupt(Context context) {
  return context == Context::irq || context == Context::softirq || context == Context::hardirq ||
         context == Context::nmi;
}

bool in_interrupt(const Report& r) {
  const auto trace =
      std::ranges::find_if(r.stacks, [](const Stack& s) { return is_call_trace(s) && !s.frames.empty(); });
  return trace != r.stacks.end() && is_interrupt(trace->context);
}

}  // namespace unoops::report
