#include "explain/summary.hpp"

#include <algorithm>
#include <array>

#include "explain/rule.hpp"
#include "explain/sentence.hpp"
#include "facts/addresses.hpp"

namespace unoops {
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
  if (*f.held == 0 && f.address_class == "null-offset" && r.site.displacement && effective &&
      effective == static_cast<std::uint64_t>(*r.site.displacement))
    text += ", the member at +" + hex(*effective) + " was touched";
  return text;
}

std::string detail(const Report& r) {
  const auto& f = r.fault;
  if (const auto& cause = r.explanation.cause; cause && !cause->expression.empty()) return by_cause(r, *cause);
  const bool null_call = f.held == 0u && verb_of(r) == "call or jump to";
  if (!f.held_in.empty() && f.held && !null_call) return by_register(r);
  if (f.address && *f.address != 0)
    return " (" + hex(*f.address) + (explains_value(f.address_class) ? ", " + short_note(r) : "") + ")";
  return {};
}

std::string bad_access(const Report& r) {
  if (r.fault.address_class.empty() && !r.fault.address && !r.explanation.cause)
    return std::string(
        r.kind->id == "general-protection-fault"
            ? "the CPU refused an instruction: most often an access through a pointer that holds no address"
            : "the kernel's code touched memory that is not there");
  return std::string(verb_of(r)) + " " + std::string(pointer_of(r)) + detail(r);
}

std::string protection(const Report& r) {
  // A selector in the error code: no memory operand was at fault (v6.1 arch/x86/kernel/traps.c exc_general_protection).
  if (r.fault.address_class.empty() && r.site.effective_address)
    return "the CPU refused an instruction (general protection fault) whose memory operand is in order";
  return bad_access(r);
}

std::string overflow(const Report& r) {
  if (r.fault.address_class == "user")
    return "the stack pointer (" + r.fault.held_in + ") held no kernel stack, and the next push failed twice";
  return fill("the kernel stack ran over[ in {culprit}]: too deep a recursion, or too large variables on it", r);
}

std::string warned(const Report& r) {
  const auto message = first_message(r);
  if (!message.empty()) return "the kernel's code warns: " + std::string(message);
  return fill("a condition that must never hold was found[ at {place}][ ({condition})], WARN; the kernel goes on", r);
}

std::string bug(const Report& r) {
  return fill(
      "the kernel's code found a state that must never be[ at {place}][ ({condition})] and killed the task (BUG)", r);
}

struct Word {
  std::string_view type, words;
};
// KASAN's classes that are told by the address alone (v6.1 mm/kasan/report_generic.c get_wild_bug_type).
constexpr auto wild = std::to_array<Word>({
    {"null-ptr-deref", "through a NULL pointer"},
    {"user-memory-access", "at a user-space address, without the functions that may do that"},
    {"wild-memory-access", "through a pointer that points nowhere"},
});

std::string sanitizer(const Report& r) {
  std::string text = fill("[{size}-byte ]{access|access}[ at {address}]: ", r);
  const auto bytes = r.fact("location-bytes"), side = r.fact("location"), cache = r.fact("object-cache");
  const auto type = r.fact("bug-type");
  if (type.find("free") != std::string_view::npos && r.fault.access.empty())
    text = type == "double-free" ? "an object was freed twice: " : "something was freed that is no live object: ";
  if (const auto& touched = r.site.touched; touched && !touched->expression.empty() && !touched->member.empty())
    text = fill("[{size}-byte ]{access|access} of ", r) + touched->expression +
           (touched->member.starts_with('[') ? "" : "->") + touched->member + ", ";
  const auto at = std::ranges::find(wild, type, &Word::type);
  if (at != wild.end())
    return fill("[{size}-byte ]{access|access} ", r) + std::string(at->words) + fill("[ ({address})]", r);
  if (bytes.empty()) return text + std::string(type);
  text += std::string(bytes) + " bytes " + std::string(side);
  const bool freed = type.find("use-after-free") != std::string_view::npos;
  text += freed ? " a freed object" : " an object";
  if (!cache.empty()) text += fill(" of {object-cache}[ ({object-size} bytes)]", r);
  return text;
}

std::string corrupted_list(const Report& r) {
  const auto message = first_message(r);
  if (message.empty())
    return "a linked list's pointers do not fit together: an entry was removed twice, added twice or overwritten";
  return "a linked list's pointers do not fit together: " + std::string(message);
}

// ARM without PAN guards user memory by a domain (CONFIG_CPU_SW_DOMAIN_PAN; v6.1 arch/arm/mm/fsr-2level.c).
std::string unhandled(const Report& r) {
  if (r.fact("fault-words").find("domain fault") != std::string_view::npos)
    return "the kernel touched user memory without the functions that may do that (" +
           std::string(r.fact("fault-words")) + ")";
  return fill(
      "the bus or memory answered an access with an error: {fault-words|external abort}; most often a device that is "
      "off, or a wrong register address",
      r);
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
    {"stack-segment", protection},
    {"stack-guard", overflow},
    {"stack-overflow", overflow},
    {"double-fault", overflow},
    {"unhandled-fault", unhandled},
    {"kernel-bug", bug},
    {"bug-trap", bug},
    {"warning", warned},
    {"kasan", sanitizer},
    {"list-corruption", corrupted_list},
    {"list-corruption-warning", corrupted_list},
});

}  // namespace

bool explains_value(std::string_view id) {
  static constexpr auto telling =
      std::to_array<std::string_view>({"err-ptr", "poison", "ascii", "non-canonical", "null-array"});
  return std::ranges::find(telling, id) != telling.end();
}

std::string short_note(const Report& r) {
  return r.fault.address_note.substr(0, r.fault.address_note.find(", or NULL"));
}

std::string summary_of(const Report& r) {
  if (const auto at = std::ranges::find(rows, r.kind->id, &Row::kind); at != rows.end()) return at->say(r);
  if (const auto sentence = sentence_of(r.kind->id); !sentence.empty()) return fill(sentence, r);
  const auto message = first_message(r);
  return message.empty() ? std::string(r.kind->name) : std::string(r.kind->name) + ": " + std::string(message);
}

}  // namespace unoops
