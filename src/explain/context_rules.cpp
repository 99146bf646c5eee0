// The task, the interrupt, the taint, what came before, and what the log does not hold.
#include <algorithm>
#include <array>

#include "explain/rule.hpp"

namespace unoops {
namespace {

// The modules of the trace that are not the distribution's (their taint flags in "Modules linked in").
void foreign_modules(const Report& r, Explanation& e, std::string_view id) {
  std::string names;
  for (const auto& module : r.modules) {
    if (module.flags.find_first_of("OPF") == std::string::npos) continue;
    const bool on_stack = std::ranges::any_of(r.stacks, [&](const Stack& s) {
      return std::ranges::any_of(s.frames, [&](const Frame& f) { return f.reliable && f.ref.module == module.name; });
    });
    if (!on_stack) continue;
    const bool proprietary = module.flags.find('P') != std::string::npos,
               forced = module.flags.find('F') != std::string::npos;
    names += (names.empty() ? "" : ", ") + module.name +
             (proprietary ? " (proprietary)"
              : forced    ? " (force-loaded)"
                          : " (out of tree)");
  }
  if (!names.empty()) add_finding(e, id, "code from outside the kernel's tree is on the stack: " + names);
}

// An oops in an oops's wake, or a warning before it, is in the taint even where the log no longer holds it.
void earlier(const Report& r, Explanation& e, std::string_view id) {
  if (r.follows || r.die_number.value_or(1) <= 1) return;
  add_finding(e, id,
              "the kernel counts this as its oops number " + std::to_string(*r.die_number) +
                  ": an earlier one is not in this log, and may be the cause");
}

void no_code(const Report& r, Explanation& e, std::string_view) {
  const auto& id = r.kind->id;
  const bool fault = id == "null-pointer-dereference" || id == "page-fault" || id == "general-protection-fault";
  if (fault && r.code.bytes.empty() && r.site.operation != "execute" && !r.fault.held && !r.corrupted)
    add_step(e, "the \"Code:\" line is missing: with it the register that held the pointer could be told");
}

void no_symbols(const Report& r, Explanation& e, std::string_view) {
  const auto* frame = culprit_frame(r);
  if (!frame) return;
  const auto* miss = std::get_if<Unresolved>(&frame->lookup);
  if (miss && miss->reason == Miss::no_symbols)
    add_step(e, "with the vmlinux of this kernel (-k, or its debug package) the line and the variable can be named");
  if (miss && miss->reason == Miss::module_not_found)
    add_step(e,
             "with " + frame->ref.module + ".ko and its debug information (-m) the line and the variable can be named");
}

constexpr auto rows = std::to_array<Rule>({
    {"foreign-module", foreign_modules},
    {"earlier-oops", earlier},
    {"no-code", no_code},
    {"no-symbols", no_symbols},
});

}  // namespace

std::span<const Rule> context_rules() { return rows; }

}  // namespace unoops
