// The task, the interrupt, the taint, what came before, and what the log does not hold.
#include <algorithm>
#include <array>
#include <vector>

#include "explain/rule.hpp"

namespace unoops::explain {
namespace {

// The modules of the trace that are not the distribution's (their taint flags in "Modules linked in").
void foreign_modules(const Report& r, Explanation& e, std::string_view id) {
  std::string names;
  std::vector<std::string_view> told;
  for (const auto& module : r.modules) {
    if (module.flags.find_first_of("OPF") == std::string::npos) continue;
    const bool on_stack = std::ranges::any_of(r.stacks, [&](const Stack& s) {
      return std::ranges::any_of(s.frames, [&](const Frame& f) { return f.reliable && f.ref.module == module.name; });
    });
    if (!on_stack || std::ranges::find(told, module.name) != told.end()) continue;
    told.push_back(module.name);  // a broken list may hold a name twice
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
  if (r.has(Trait::bad_pointer) && r.code.bytes.empty() && r.site.operation != "execute" && !r.fault.held &&
      !r.corrupted)
    add_step(e, "the \"Code:\" line is missing: with it the register that held the pointer could be told");
}

// Symbols were looked for and not found: what they would tell.
void no_symbols(const Report& r, Explanation& e, std::string_view) {
  const auto* frame = place_frame(r);
  if (!frame || r.symbol_notes.empty() || r.severity == Severity::notice) return;
  const auto* miss = std::get_if<Unresolved>(&frame->lookup);
  if (!miss) return;
  const std::string told = r.fault.address_class.empty() ? "the line" : "the line and the variable";
  if (!frame->ref.module.empty() && (miss->reason == Miss::module_not_found || miss->reason == Miss::no_symbols))
    add_step(e, "with " + frame->ref.module + ".ko and its debug information (-m) " + told + " can be named");
  else if (miss->reason == Miss::no_symbols)
    add_step(e, "with the vmlinux of this kernel (-k, or its debug package) " + told + " can be named");
}

constexpr auto rows = std::to_array<Rule>({
    {"foreign-module", foreign_modules},
    {"earlier-oops", earlier},
    {"no-code", no_code},
    {"no-symbols", no_symbols},
});

}  // namespace

std::span<const Rule> context_rules() { return rows; }

}  // namespace unoops::explain
