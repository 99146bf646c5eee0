#include "explain/summary.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "explain/rule.hpp"
#include "explain/sentence.hpp"
#include "facts/addresses.hpp"
#include "facts/frames.hpp"

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
  if (*f.held != 0 && f.address_class == "null-offset") return text + ", NULL plus an offset";
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
  if (r.kind->id == "stack-segment" && r.fault.address_class.empty())
    return fill("an access through the stack or frame pointer[ in {culprit}] went to no possible address", r);
  // A selector in the error code: no memory operand was at fault (v6.1 arch/x86/kernel/traps.c exc_general_protection).
  if (r.fault.address_class.empty() && r.site.effective_address)
    return "the CPU refused an instruction (general protection fault) whose memory operand is in order";
  return bad_access(r);
}

// A pc without a function that reads as text or as a pattern came from a stack that was written over.
std::string overwritten_return(const Report& r) {
  const auto pc = std::ranges::find(r.stacks, "pc", &Stack::label);
  if (pc == r.stacks.end() || pc->frames.empty() || !pc->frames.front().ref.symbol.empty()) return {};
  const auto address = pc->frames.front().ref.address;
  if (!address) return {};
  const auto fact = address_fact(*address, r.arch);
  if (fact.id != "ascii" && fact.id != "poison") return {};
  return "a return address on the stack was overwritten: the pc is " + hex(*address) + ", " +
         fact.words.substr(0, fact.words.find(": a string"));
}

std::string overflow(const Report& r) {
  if (r.fault.address_class == "user")
    return "the stack pointer (" + r.fault.held_in + ") held no kernel stack, and the next push failed twice";
  if (auto text = overwritten_return(r); !text.empty()) return text;
  return fill("the kernel stack ran over[ in {culprit}]: too deep a recursion, or too large variables on it", r);
}

std::string warned(const Report& r) {
  const auto message = first_message(r);
  if (!message.empty()) {
    auto words = std::string_view(message);
    if (words.starts_with("WARNING: ")) words.remove_prefix(9);
    return "the kernel's code warns: " + std::string(words);
  }
  return fill("a check in the kernel's code failed[ at {place}][ ({condition})] (WARN); the kernel goes on", r);
}

std::string bug(const Report& r) {
  const auto failed = fill("a check in the kernel's code failed[ at {place}][ ({condition})]", r);
  return failed +
         (r.severity == Severity::fatal ? ", and the machine stopped (BUG)" : ", and it killed the task (BUG)");
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

// "to the right of" to v6.3, "to the right" where the line ends there.
std::string_view side_words(std::string_view side) {
  if (side.find("right") != std::string_view::npos || side == "after") return "behind ";
  if (side.find("left") != std::string_view::npos || side == "before") return "in front of ";
  return "inside ";
}

// What KASAN says of where the address lies: "16 bytes inside an object of kfault_req (72 bytes)"
std::string place_in_object(const Report& r, bool freed) {
  const std::string bytes(r.fact("location-bytes"));
  std::string text = bytes.empty() ? "" : bytes + (bytes == "1" ? " byte " : " bytes ");
  if (!bytes.empty()) text += side_words(r.fact("location"));
  if (text == "0 bytes behind ") text = "right behind ";
  return text + (freed ? "a freed object" : "an object") + fill("[ of {object-cache}][ ({object-size} bytes)]", r);
}

// kfree() of what can't be freed (v6.1 mm/kasan/report.c kasan_report_invalid_free)
std::string freed_wrongly(const Report& r) {
  const auto bytes = r.fact("location-bytes");
  const auto object = fill("an object[ of {object-cache}][ ({object-size} bytes)]", r);
  if (r.fact("bug-type") == "double-free") return object + " was freed twice";
  if (bytes.empty()) return "something was freed that is no object of the allocator";
  return bytes == "0" ? object + " was freed that is free already, or by the wrong function"
                      : "a pointer " + place_in_object(r, false) + " was freed: only its start can be";
}

std::string sanitizer(const Report& r) {
  const auto type = r.fact("bug-type");
  if (type.find("free") != std::string_view::npos && type.find("after-free") == std::string_view::npos &&
      r.fault.access.empty())
    return freed_wrongly(r);
  const auto access = fill("[{size}-byte ]{access|access}", r);
  if (const auto at = std::ranges::find(wild, type, &Word::type); at != wild.end())
    return access + " " + std::string(at->words) +
           (r.explanation.cause && r.explanation.cause->value ? by_cause(r, *r.explanation.cause)
                                                              : fill("[ ({address})]", r));
  std::string text = access + fill("[ at {address}]: ", r);
  if (const auto& touched = r.site.touched; touched && !touched->expression.empty() && !touched->member.empty())
    text =
        access + " of " + touched->expression + (touched->member.starts_with('[') ? "" : "->") + touched->member + ", ";
  if (r.fact("location-bytes").empty()) return text + std::string(type);
  return text + place_in_object(r, type.find("use-after-free") != std::string_view::npos);
}

std::string plural(std::string_view count, std::string_view one) {
  return std::string(count) + " " + std::string(one) + (count == "1" ? "" : "s");
}

// v6.1 kernel/smp.c csd_lock_wait_toolong
std::string unanswered(const Report& r) {
  std::string text = fill("CPU {waiting-cpu|?} has waited", r);
  std::uint64_t ns = 0;
  const auto waited = r.fact("waited-ns");
  std::from_chars(waited.data(), waited.data() + waited.size(), ns);
  if (ns >= 1'000'000) text += " " + std::to_string(ns / 1'000'000) + " ms";
  text += fill(" for CPU {stalled-cpus|?}", r);
  const auto call = std::ranges::find(r.stacks, "CSD lock", &Stack::label);
  if (call != r.stacks.end() && !call->frames.empty())
    text += " to run " + source_name(call->frames.front().ref.symbol);
  return text + fill(", which does not answer[; it was in {culprit}]", r);
}

// "rust_kernel: panicked at drivers/demo/node.rs:877:13:" and the words on the next line (rust/kernel/lib.rs panic())
std::string rust(const Report& r) {
  constexpr std::string_view head = "rust_kernel: panicked at ";
  std::string text = fill("Rust code panicked[ in {culprit}]", r);
  for (std::size_t i = 0; i < r.messages.size(); ++i) {
    auto place = trim(r.messages[i]);
    if (!place.starts_with(head)) continue;
    place.remove_prefix(head.size());
    if (place.ends_with(':')) place.remove_suffix(1);
    text += " at " + std::string(place);
    return i + 1 < r.messages.size() ? text + ": " + std::string(trim(r.messages[i + 1])) : text;
  }
  return text;
}

std::string no_pages(const Report& r) {
  std::uint64_t order = 0;
  const auto digits = r.fact("order");
  const bool known = std::from_chars(digits.data(), digits.data() + digits.size(), order).ec == std::errc();
  auto flags = r.fact("gfp-mask");
  if (const auto open = flags.find('('); open != std::string_view::npos && flags.ends_with(')'))
    flags = flags.substr(open + 1, flags.size() - open - 2);
  std::string text = fill("{task|a task} asked for ", r);
  if (known && order < 20)
    text += plural(std::to_string(1u << order), "page") + (order ? " in one piece" : "");
  else
    text += "memory";
  return text + " and got none" + (flags.empty() ? "" : " (" + std::string(flags) + ")");
}

std::string out_of_memory(const Report& r) {
  std::uint64_t kilobytes = 0;
  const auto used = r.fact("victim-anon-rss");
  std::from_chars(used.data(), used.data() + used.size(), kilobytes);
  std::string text =
      fill("memory ran out[ when {task} asked for more]; the kernel killed {victim|a process}[ (pid {victim-pid})]", r);
  if (kilobytes) text += ", which used " + std::to_string(kilobytes / 1024) + " MB of its own";
  return text;
}

std::string corrected(const Report& r) {
  const auto count = r.fact("count");
  return "the platform corrected " +
         (count.empty() || count == "1" ? "a hardware error" : plural(count, "hardware error")) +
         fill("[: {error}][, {dimm}]", r);
}

struct Verb {
  std::string_view call, words;
};
// v6.1 lib/debugobjects.c: "ODEBUG: free active (active state 0) object type: timer_list hint: foo+0x0/0x30"
std::string debugged(const Report& r) {
  static constexpr auto verbs = std::to_array<Verb>({{"init ", "initialised"},
                                                     {"activate ", "started"},
                                                     {"deactivate ", "stopped"},
                                                     {"destroy ", "destroyed"},
                                                     {"free ", "freed"},
                                                     {"assert_init ", "used"}});
  const std::string_view message = first_message(r);
  const auto type_at = message.find("object type: "), state_at = message.find(" (active state");
  auto words = message.substr(0, state_at);
  const auto call = words.starts_with("ODEBUG: ") ? words.substr(8) : std::string_view{};
  const auto verb = std::ranges::find_if(verbs, [&](const Verb& v) { return call.starts_with(v.call); });
  if (verb == verbs.end() || type_at == std::string_view::npos || state_at == std::string_view::npos)
    return fill("an object (timer, work, rcu_head) was used against its state[: {message}]", r);
  const auto state = call.substr(verb->call.size());
  const auto type = message.substr(type_at + 13);
  std::string text = "a " + std::string(type.substr(0, type.find(' '))) + " was " + std::string(verb->words);
  text += state == "active"          ? " while it is still active"
          : state == "not available" ? " that was never initialised"
                                     : " while it is " + std::string(state);
  if (const auto hint = type.find("hint: "); hint != std::string_view::npos)
    text += " (" + std::string(type.substr(hint + 6, type.find('+', hint) - hint - 6)) + ")";
  return text;
}

// v6.1 include/linux/list_debug.c: who points where
std::string_view between(std::string_view text, std::string_view before, std::string_view ends) {
  const auto at = text.find(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + before.size());
  return text.substr(0, text.find_first_of(ends));
}

std::string linked_wrongly(std::string_view message) {
  const bool prev = message.find("prev->next should be") != std::string_view::npos,
             next = message.find("next->prev should be") != std::string_view::npos;
  if (!prev && !next) return {};
  auto wanted = between(message, "should be ", " ,(.");
  const auto was = between(message, "but was ", " ,(."), neighbour = between(message, prev ? "(prev=" : "(next=", ").");
  if (wanted == "prev" || wanted == "next") wanted = between(message, std::string(wanted) + " (", ")");
  if (wanted.empty() || was.empty()) return {};
  const bool add = message.starts_with("list_add");
  std::string text = "the entry " + std::string(prev ? "before" : "behind");
  text +=
      (neighbour.empty() ? "" : " (" + std::string(neighbour) + ")") + " points to " + std::string(was) + ", not to ";
  return text + std::string(wanted) + (add ? " as its neighbour there does" : ", which is to be removed");
}

std::string corrupted_list(const Report& r) {
  if (const auto text = linked_wrongly(first_message(r)); !text.empty())
    return "a linked list's pointers do not fit together: " + text;
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
    {"rust-panic", rust},
    {"csd-lockup", unanswered},
    {"page-allocation-failure", no_pages},
    {"oom-kill", out_of_memory},
    {"hardware-error-corrected", corrected},
    {"debug-object", debugged},
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
  if (const auto sentence = sentence_by_word(r); !sentence.empty()) return fill(sentence, r);
  if (const auto sentence = sentence_of(r.kind->id); !sentence.empty()) return fill(sentence, r);
  const auto message = first_message(r);
  return message.empty() ? std::string(r.kind->name) : std::string(r.kind->name) + ": " + std::string(message);
}

}  // namespace unoops
