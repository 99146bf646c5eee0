#include "kinds/access_words.hpp"

#include <algorithm>
#include <array>

#include "base/hex.hpp"
#include "facts/addresses.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

// What was done through the pointer.
std::string_view verb_of(const Report& r) {
  const auto& access = r.fault.access;
  if (access == Access::execute || r.site.operation == Operation::execute) return "call or jump to";
  if (r.site.operation == Operation::call || r.site.operation == Operation::jump)
    return access == Access::unknown ? "call or jump to" : access == Access::write ? "write through" : "read through";
  if (access == Access::write) return "write through";
  if (access == Access::read) return "read through";
  if (r.site.is_write) return *r.site.is_write ? "write through" : "read through";
  return "access through";
}

std::string_view pointer_of(const Report& r) {
  const auto& id = r.site.bad_pointer.address_class;
  const bool executes = verb_of(r) == "call or jump to";
  if (sighting(r, Sight::constant)) return "a constant of the code that is no address";
  const bool denied = r.fault.access == Access::write && r.fault.address &&
                      std::ranges::any_of(r.fault.error_bits, [](const std::string& bit) {
                        return bit.starts_with("protection violation") || bit.starts_with("permission fault");
                      });
  if (denied && (id == AddressClass::text || id == AddressClass::kernel || id == AddressClass::module))
    return "a pointer to memory that is read-only";
  if (executes && (id == AddressClass::null || id == AddressClass::null_offset))
    return "a function pointer that is NULL";
  if (id == AddressClass::null || id == AddressClass::null_offset) return "a NULL pointer";
  if (id == AddressClass::null_array) return "an array at NULL";
  // Without the register that held it, nobody knows whether a member's offset was added.
  if (id == AddressClass::err_ptr && !r.site.bad_pointer.value) return "an error code or a NULL pointer";
  if (id == AddressClass::err_ptr) return "an error code that was taken for a pointer";
  if (id == AddressClass::poison) return "a poisoned pointer";
  if (id == AddressClass::ascii) return "a pointer that was overwritten with text";
  if (id == AddressClass::non_canonical) return "a pointer that holds no possible address";
  if (id == AddressClass::user)
    return executes ? "a user-space address" : "a user-space address, without the functions that may do that";
  if (id == AddressClass::execute_data) return "memory that holds no code";
  return executes ? "an address without code" : "a bad pointer";
}

std::string value_words(const Report& r, std::uint64_t value) {
  auto fact = address_fact(value, r.arch);
  if (value == 0) return "NULL";
  if (sighting(r, Sight::constant)) return hex(value);
  // inspect/ has judged that it is no error code
  if (fact.id == AddressClass::err_ptr && r.site.bad_pointer.address_class == AddressClass::null_offset)
    return r.site.cause && !r.site.cause->embedded.empty() ? "container_of() of a NULL " + r.site.cause->embedded
                                                           : r.site.bad_pointer.note;
  if (fact.id == AddressClass::err_ptr)
    return fact.words.substr(0, fact.words.find(", or NULL"));  // the rule container-of judges that
  if (fact.id == AddressClass::poison && sighting(r, Sight::stack_variable))
    return hex(value) + ", " + r.site.bad_pointer.note;
  return fact.id == AddressClass::poison || fact.id == AddressClass::null_offset ? fact.words : hex(value);
}

// ": dev->port.tx is NULL, ->head was written"
std::string by_cause(const Report& r, const Cause& cause) {
  std::string text = ": " + cause.expression + (cause.value ? " is " + value_words(r, *cause.value) : " is bad");
  const auto verb = verb_of(r);
  if (cause.member.empty() || verb.starts_with("call")) return text;  // a function pointer's member is itself
  return text + ", " + (cause.member.starts_with('[') ? cause.expression : "->") + cause.member +
         (verb.starts_with("write") ? " was written" : " was read");
}

// "; it is p->peer, handed to wake_up_process by kfx_wake", behind the pointer's name in its own function
std::string handed_in(const Report& r) {
  const auto& handed = r.site.handed;
  if (!handed) return {};
  const std::string given = handed->returned_by.empty() ? std::string() : handed->returned_by + "()";
  std::string what;
  if (handed->expression == given)
    what = "what " + given + " returned";
  else if (!r.site.cause || r.site.cause->expression != handed->expression || !given.empty())
    what = handed->expression + (given.empty() ? "" : ", which " + given + " returned");
  // of a copy's two pointers the access tells which
  const bool copies =
      handed->callee.find("cpy") != std::string::npos || handed->callee.find("memmove") != std::string::npos;
  const auto verb = verb_of(r);
  const std::string as = !copies                     ? ""
                         : verb.starts_with("read")  ? " as the source"
                         : verb.starts_with("write") ? " as the destination"
                                                     : "";
  const std::string sure = handed->confidence == Confidence::certain ? "; it " : "; probably it ";
  return sure + (what.empty() ? std::string("was") : "is " + what + ",") + " handed to " + handed->callee + as +
         " by " + handed->function;
}

// ": RBX is 0xfffffffffffffff4, ERR_PTR(-12) = -ENOMEM"
std::string by_register(const Report& r) {
  const auto& bad = r.site.bad_pointer;
  std::string text = ": " + bad.held_in + " is " + (*bad.value == 0 ? std::string("NULL") : hex(*bad.value));
  if (sighting(r, Sight::constant)) return text;
  if (explains_value(bad.address_class)) return text + ", " + short_note(r);
  const auto effective = r.site.effective_address ? r.site.effective_address : r.fault.address;
  if (*bad.value != 0 && bad.address_class == AddressClass::null_offset)
    return text + (bad.note.starts_with("NULL minus") ? ", " + bad.note : ", NULL plus an offset");
  if (*bad.value != 0 || bad.address_class != AddressClass::null_offset || !r.site.displacement || !effective)
    return text;
  const auto mask = r.arch && r.arch->bits == 32 ? 0xffffffff : ~std::uint64_t{0};
  const auto displacement = *r.site.displacement;
  if (*effective != (static_cast<std::uint64_t>(displacement) & mask)) return text;
  if (displacement > 0) return text + ", the member at +" + hex(*effective) + " was touched";
  // include/linux/container_of.h: a structure that holds what is at NULL would begin below it.
  return text + ", and what lies " + hex(static_cast<std::uint64_t>(-displacement)) +
         " below it was touched, as in a structure that container_of() finds around NULL";
}

std::string detail(const Report& r) {
  const auto& bad = r.site.bad_pointer;
  const auto& address = r.fault.address;
  if (const auto& cause = r.site.cause; cause && !cause->expression.empty()) return by_cause(r, *cause) + handed_in(r);
  const bool null_call = bad.value == 0u && verb_of(r) == "call or jump to";
  if (!bad.held_in.empty() && bad.value && !null_call) return by_register(r) + handed_in(r);
  if (address && *address != 0) {
    const auto note = bad.address_class == AddressClass::err_ptr ? bad.note : short_note(r);
    if (bad.note.starts_with("NULL minus"))
      return " (" + hex(*address) + ", " + bad.note + ", as container_of() makes it)";
    return " (" + hex(*address) + (explains_value(bad.address_class) ? ", " + note : "") + ")";
  }
  return {};
}

// "write through a NULL pointer: dev->port.tx is NULL, ->head was written"
std::string bad_access(const Report& r) {
  if (r.site.bad_pointer.address_class == AddressClass::none && !r.fault.address && !r.site.cause) return {};
  return std::string(verb_of(r)) + " " + std::string(pointer_of(r)) + detail(r);
}

// A pc without a function that reads as text or as a pattern came from a stack that was written over.
std::string overwritten_return(const Report& r) {
  const auto* pc = own_pc(r);
  if (!pc || !pc->ref.symbol.empty() || !pc->ref.address) return {};
  const auto fact = address_fact(*pc->ref.address, r.arch);
  if (fact.id != AddressClass::ascii && fact.id != AddressClass::poison) return {};
  return hex(*pc->ref.address) + ", " + fact.words.substr(0, fact.words.find(": a string"));
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
    {"address-class", [](const Report& r) { return std::string(address_class_id(r.site.bad_pointer.address_class)); }},
    {"held-in", [](const Report& r) { return r.site.bad_pointer.held_in; }},
    {"bad-access", bad_access},
    {"overwritten-return", overwritten_return},
    {"cause", cause_words},
    {"touched", touched},
    {"bus-error", bus_error},
});

}  // namespace

std::span<const Gap> access_gaps() { return gaps; }

bool explains_value(AddressClass id) {
  static constexpr auto telling =
      std::to_array<AddressClass>({AddressClass::err_ptr, AddressClass::poison, AddressClass::ascii,
                                   AddressClass::non_canonical, AddressClass::null_array});
  return std::ranges::find(telling, id) != telling.end();
}

std::string short_note(const Report& r) {
  return r.site.bad_pointer.note.substr(0, r.site.bad_pointer.note.find(", or NULL"));
}

}  // namespace unoops::kinds
