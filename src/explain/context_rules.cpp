// The task, the interrupt, the taint, what came before, and what the log does not hold.
#include <algorithm>
#include <array>

#include "explain/rule.hpp"

namespace unoops {
namespace {

void follow_up(const Report& r, Explanation& e, std::string_view id) {
  if (r.follows) add_finding(e, id, "it follows report " + std::to_string(*r.follows) + ": look there first", {}, Confidence::likely);
}

// The modules of the trace that are not the distribution's (their taint flags in "Modules linked in").
void foreign_modules(const Report& r, Explanation& e, std::string_view id) {
  std::string names;
  for (const auto& module : r.modules) {
    if (module.flags.find_first_of("OPF") == std::string::npos) continue;
    const bool on_stack = std::ranges::any_of(r.stacks, [&](const Stack& s) {
      return std::ranges::any_of(s.frames, [&](const Frame& f) { return f.reliable && f.ref.module == module.name; });
    });
    if (on_stack) names += (names.empty() ? "" : ", ") + module.name;
  }
  if (!names.empty()) add_finding(e, id, "code from outside the kernel's tree is on the stack: " + names);
}

void no_symbols(const Report& r, Explanation& e, std::string_view) {
  const auto* frame = culprit_frame(r);
  if (!frame) return;
  const auto* miss = std::get_if<Unresolved>(&frame->lookup);
  if (miss && (miss->reason == Miss::no_symbols || miss->reason == Miss::module_not_found))
    add_step(e, "with symbols (--explain-symbols says which are missing) the line and the variable can be named");
}

constexpr auto rows = std::to_array<Rule>({
    {"follow-up", follow_up},
    {"foreign-module", foreign_modules},
    {"no-symbols", no_symbols},
});

}  // namespace

std::span<const Rule> context_rules() { return rows; }

}  // namespace unoops
