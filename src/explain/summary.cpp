#include "explain/summary.hpp"

#include <algorithm>
#include <array>

#include "explain/rule.hpp"

namespace unoops {
namespace {

std::string_view verb_of(const Report& r) {
  const auto& access = r.fault.access;
  return access == "write" ? "write to" : access == "execute" ? "jump to" : access == "read" ? "read from" : "access to";
}

// "write through a NULL pointer: dev->port.tx is NULL, ->head was written"
std::string bad_access(const Report& r) {
  const auto& id = r.fault.address_class;
  const auto value = r.fault.address ? hex(*r.fault.address) : std::string("an address that the log hides");
  if (const auto& cause = r.explanation.cause; cause && !cause->expression.empty()) {
    const auto what = !cause->value               ? std::string("is bad")
                      : *cause->value == 0        ? std::string("is NULL")
                                                  : "is " + hex(*cause->value);
    const auto done = r.fault.access == "write" ? " was written" : r.fault.access == "execute" ? " was called" : " was read";
    return cause->expression + " " + what + (cause->member.empty() ? "" : "; its member " + cause->member + done);
  }
  std::string text = std::string(verb_of(r)) + " ";
  if (id == "null") return text + (r.fault.access == "execute" ? "NULL: a function pointer was NULL" : "a NULL pointer");
  if (id == "null-offset") return text + value + ": a member of a NULL pointer";
  if (id == "err-ptr") return text + value + ": an error code used as a pointer, or a member before a NULL pointer";
  if (id == "poison") return text + value + ": memory that was freed or never set up";
  if (id == "user") return text + value + ": a user-space address, without the functions that may";
  if (id == "non-canonical" || id == "ascii") return text + value + ", which is no pointer at all";
  return text + value;
}

std::string fact_or(const Report& r, std::string_view name, std::string_view otherwise) {
  const auto value = r.fact(name);
  return std::string(value.empty() ? otherwise : value);
}

std::string bug(const Report& r) {
  const auto place = r.fact("place");
  return place.empty() ? "the kernel's code found an impossible state and gave up (BUG)" : "the check at " + std::string(place) + " failed: BUG() stops the task";
}

std::string warned(const Report& r) {
  if (!r.messages.empty()) return "the kernel's code warns: " + r.messages.front();
  const auto place = r.fact("place");
  return place.empty() ? "a check in the kernel's code failed (WARN)" : "the check at " + std::string(place) + " failed (WARN); the kernel goes on";
}

std::string panicked(const Report& r) { return "the kernel stopped the machine: " + fact_or(r, "reason", "no reason was given"); }
std::string soft(const Report& r) { return "a CPU ran kernel code for " + fact_or(r, "stuck-seconds", "many") + " s without letting another task run"; }
std::string hung(const Report& r) { return r.comm + " has waited for " + fact_or(r, "blocked-seconds", "many") + " s and can't be interrupted"; }
std::string stalled(const Report&) { return "a CPU or task has not let RCU's grace period end: it runs or waits in the kernel for too long"; }
std::string divided(const Report&) { return "a division by zero, or a result too large for its register"; }
std::string protection(const Report& r) {
  if (r.fault.address) return bad_access(r);
  return "an access that the CPU refuses: most often through a pointer that holds no address (non-canonical)";
}
std::string overflow(const Report&) { return "the kernel stack ran over: too deep a recursion, or too large variables on it"; }

std::string sanitizer(const Report& r) {
  std::string text = r.fault.size ? std::to_string(*r.fault.size) + "-byte " : std::string();
  text += r.fault.access.empty() ? "access" : r.fault.access;
  if (r.fault.address) text += " at " + hex(*r.fault.address);
  return text + ": " + fact_or(r, "bug-type", "bad memory access");
}

struct Row {
  std::string_view kind;
  std::string (*say)(const Report&);
};
constexpr auto rows = std::to_array<Row>({
    {"null-pointer-dereference", bad_access},
    {"page-fault", bad_access},
    {"oops", bad_access},
    {"general-protection-fault", protection},
    {"kernel-bug", bug},
    {"warning", warned},
    {"panic", panicked},
    {"soft-lockup", soft},
    {"hung-task", hung},
    {"rcu-stall", stalled},
    {"divide-error", divided},
    {"stack-overflow", overflow},
    {"double-fault", overflow},
    {"kasan", sanitizer},
});

}  // namespace

std::string summary_of(const Report& r) {
  const auto at = std::ranges::find(rows, r.kind->id, &Row::kind);
  if (at != rows.end()) return at->say(r);
  return r.messages.empty() ? std::string(r.kind->name) : std::string(r.kind->name) + ": " + r.messages.front();
}

}  // namespace unoops
