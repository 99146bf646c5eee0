#include "explain/access_words.hpp"

#include <algorithm>
#include <array>

#include "base/hex.hpp"
#include "facts/addresses.hpp"

namespace unoops::explain {
namespace {

// What was done through the pointer.
std::string_view verb_of(const Report& r) {
  const auto& access = r.fault.access;
  if (access == "execute" || r.site.operation == "execute") return "call or jump to";
  if (r.site.operation == "call" || r.site.operation == "jump")
    return access.empty() ? "call or jump to" : access == "write" ? "write through" : "read through";
  if (access == "write") return "write through";
  if (access == "read") return "read through";
  if (r.site.is_write) return *r.site.is_write ? "write through" : "read through";
  return "access through";
}

std::string_view pointer_of(const Report& r) {
  const auto& id = r.fault.address_class;
  const bool executes = verb_of(r) == "call or jump to";
  const bool denied = r.fault.access == "write" && r.fault.address &&
                      std::ranges::any_of(r.fault.error_bits, [](const std::string& bit) {
                        return bit.starts_with("protection violation") || bit.starts_with("permission fault");
                      });
  if (denied && (id == "text" || id == "kernel" || id == "module")) return "a pointer to memory that is read-only";
  if (executes && (id == "null" || id == "null-offset")) return "a function pointer that is NULL";
  if (id == "null" || id == "null-offset") return "a NULL pointer";
  if (id == "null-array") return "an array at NULL";
  if (id == "err-ptr") return "an error code that was taken for a pointer";
  if (id == "poison") return "a poisoned pointer";
  if (id == "ascii") return "a pointer that was overwritten with text";
  if (id == "non-canonical") return "a pointer that holds no possible address";
  if (id == "user")
    return executes ? "a user-space address" : "a user-space address, without the functions that may do that";
  if (id == "execute-data") return "memory that holds no code";
  return executes ? "an address without code" : "a bad pointer";
}

std::string value_words(const Report& r, std::uint64_t value) {
  auto fact = address_fact(value, r.arch);
  if (value == 0) return "NULL";
  if (fact.id == "err-ptr")
    return fact.words.substr(0, fact.words.find(", or NULL"));  // the rule container-of judges that
  return fact.id == "poison" || fact.id == "null-offset" ? fact.words : hex(value);
}

// ": dev->port.tx is NULL, ->head was written"
std::string by_cause(const Report& r, const Cause& cause) {
  std::string text = ": " + cause.expression + (cause.value ? " is " + value_words(r, *cause.value) : " is bad");
  const auto verb = verb_of(r);
  if (cause.member.empty() || verb.starts_with("call")) return text;  // a function pointer's member is itself
  return text + ", " + (cause.member.starts_with('[') ? cause.expression : "->") + cause.member +
         (verb.starts_with("write") ? " was written" : " was read");
}

// ": RBX is 0xfffffffffffffff4, ERR_PTR(-12) = -ENOMEM"
std::string by_register(const Report& r) {
  const auto& f = r.fault;
  std::string text = ": " + f.held_in + " is " + (*f.held == 0 ? std::string("NULL") : hex(*f.held));
  if (explains_value(f.address_class)) return text + ", " + short_note(r);
  const auto effective = r.site.effective_address ? r.site.effective_address : f.address;
  if (*f.held != 0 && f.address_class == "null-offset") return text + ", NULL plus an offset";
  if (*f.held == 0 && f.address_class == "null-offset" && r.site.displacement && effective &&
      effective == static_cast<std::uint64_t>(*r.site.displacement))
    text += ", the member at +" + hex(*effective) + " was touched";
  return text;
}

std::string detail(const Report& r) {
  const auto& f = r.fault;
  if (const auto& cause = r.site.cause; cause && !cause->expression.empty()) return by_cause(r, *cause);
  const bool null_call = f.held == 0u && verb_of(r) == "call or jump to";
  if (!f.held_in.empty() && f.held && !null_call) return by_register(r);
  if (f.address && *f.address != 0)
    return " (" + hex(*f.address) + (explains_value(f.address_class) ? ", " + short_note(r) : "") + ")";
  return {};
}

// "write through a NULL pointer: dev->port.tx is NULL, ->head was written"
std::string bad_access(const Report& r) {
  if (r.fault.address_class.empty() && !r.fault.address && !r.site.cause) return {};
  return std::string(verb_of(r)) + " " + std::string(pointer_of(r)) + detail(r);
}

// A pc without a function that reads as text or as a pattern came from a stack that was written over.
std::string overwritten_return(const Report& r) {
  const auto pc = std::ranges::find(r.stacks, "pc", &Stack::label);
  if (pc == r.stacks.end() || pc->frames.empty() || !pc->frames.front().ref.symbol.empty()) return {};
  const auto address = pc->frames.front().ref.address;
  if (!address) return {};
  const auto fact = address_fact(*address, r.arch);
  if (fact.id != "ascii" && fact.id != "poison") return {};
  return hex(*address) + ", " + fact.words.substr(0, fact.words.find(": a string"));
}

std::string cause_words(const Report& r) {
  const auto& cause = r.site.cause;
  return cause && cause->value ? by_cause(r, *cause) : std::string();
}

// "dev->queue->head"
std::string touched(const Report& r) {
  const auto& at = r.site.touched;
  if (!at || at->expression.empty() || at->member.empty()) return {};
  return at->expression + (at->member.starts_with('[') ? "" : "->") + at->member;
}

constexpr auto gaps = std::to_array<Gap>({
    {"address-class", [](const Report& r) { return r.fault.address_class; }},
    {"held-in", [](const Report& r) { return r.fault.held_in; }},
    {"bad-access", bad_access},
    {"overwritten-return", overwritten_return},
    {"cause", cause_words},
    {"touched", touched},
});

}  // namespace

std::span<const Gap> access_gaps() { return gaps; }

bool explains_value(std::string_view id) {
  static constexpr auto telling =
      std::to_array<std::string_view>({"err-ptr", "poison", "ascii", "non-canonical", "null-array"});
  return std::ranges::find(telling, id) != telling.end();
}

std::string short_note(const Report& r) {
  return r.fault.address_note.substr(0, r.fault.address_note.find(", or NULL"));
}

}  // namespace unoops::explain
