// What the fault's address, access and instruction say.
#include <algorithm>
#include <array>

#include "explain/rules.hpp"
#include "explain/value_rules.hpp"
#include "facts/addresses.hpp"
#include "facts/frames.hpp"
#include "facts/tried.hpp"
#include "kinds/access_words.hpp"
#include "kinds/kind.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::explain {
namespace {

bool has_bit(const Report& r, std::string_view word) {
  return std::ranges::any_of(r.fault.error_bits,
                             [&](const std::string& bit) { return bit.find(word) != std::string::npos; });
}

// "CR2", where the dump holds the address in that register: a general protection fault sets none.
std::string fault_name(const Report& r) {
  const auto* reg = r.arch ? r.reg(r.arch->fault_address) : nullptr;
  return reg && reg->value == *r.fault.address ? reg->name : hex(*r.fault.address);
}

// A cause is as sure as its reason.
void add_of_cause(Explanation& e, std::string_view id, std::string text, const Cause& cause) {
  if (cause.confidence == Confidence::certain)
    add_certain(e, id, std::move(text), cause.reason);
  else
    add_likely(e, id, std::move(text), cause.reason);
}

// "tx is struct kfault_queue *, head at +0x8: NULL + 0x8 = 0x8 = CR2"
void member(const Report& r, Explanation& e, std::string_view id) {
  const auto& cause = r.site.cause;
  if (!cause || cause->expression.empty() || cause->type.empty()) return;
  // A bad function pointer: type and member are the structure that held it.
  if (r.fault.access == Access::execute || r.site.operation == Operation::execute) {
    if (!cause->member.empty())
      add_of_cause(e, id, "it is the member " + cause->member + " of a " + cause->type, *cause);
    return;
  }
  std::string text = cause->expression + " is " + cause->type + " *";
  if (!cause->member.empty() && cause->offset && *cause->offset > 0) {
    text += ", " + cause->member + " at +" + hex(static_cast<std::uint64_t>(*cause->offset));
    if (cause->value && r.fault.address &&
        *cause->value + static_cast<std::uint64_t>(*cause->offset) == *r.fault.address)
      text += ": " + (*cause->value ? hex(*cause->value) : std::string("NULL")) + " + " +
              hex(static_cast<std::uint64_t>(*cause->offset)) + " = " + fault_name(r);
  }
  if (!cause->function.empty())
    if (const auto* frame = culprit_frame(r); frame && source_name(frame->ref.symbol) != cause->function)
      text += "; in terms of " + cause->function;
  add_of_cause(e, id, std::move(text), *cause);
}

// In the log's names: what the value of the pointer was read from.
std::string source_of_value(const Report& r) {
  const auto& held_in = r.site.bad_pointer.held_in;
  return held_in.empty() ? "the address that the fault reports" : "the register dump's " + held_in;
}

// What the value is, where "NULL" does not say it all.
void pointer(const Report& r, Explanation& e, std::string_view id) {
  const auto& bad = r.site.bad_pointer;
  if (!explains_value(bad.address_class) || sighting(r, Sight::constant) || bad.note.empty() ||
      e.summary.find(short_note(r)) != std::string::npos)
    return;
  const auto value = bad.value ? bad.value : r.fault.address;
  std::string text = (bad.held_in.empty() ? std::string() : bad.held_in + " = ") +
                     (value ? hex(*value) + ": " : std::string()) + short_note(r);
  // A value that looks like something need not be that: who wrote it is not in the register.
  add_likely(e, id, std::move(text), source_of_value(r));
}

// A small negative address with a register that is no error code, or an errno near 0: container_of() of NULL gives it
// too.
void container(const Report& r, Explanation& e, std::string_view id) {
  const auto& bad = r.site.bad_pointer;
  if (bad.address_class != AddressClass::err_ptr || !bad.value) return;
  const auto distance = 0 - *bad.value;
  if (!r.arch || r.arch->bits != 64 || distance >= 4096 || distance % 8 != 0 || distance < 16) return;
  const auto& cause = r.site.cause;
  if (cause && !cause->embedded.empty())
    return add_likely(e, id,
                      "or it is container_of() of a NULL pointer: " + cause->embedded + " is at +" + hex(distance) +
                          " of " + cause->type,
                      source_of_value(r) + " and the debug information");
  add_likely(e, id, "or it is container_of() of a NULL pointer, of a member at +" + hex(distance), source_of_value(r));
}

// KASAN's inline check faults on the shadow of a bad pointer: the printed address is not the pointer's.
void shadow(const Report& r, Explanation& e, std::string_view id) {
  if (!r.has(Trait::refused_value) || !r.site.shadow || !r.fault.address) return;
  add_certain(e, id,
              hex(*r.fault.address) + " is only where KASAN keeps the shadow of the real address, about " +
                  hex(r.site.shadow->address),
              "the check in the Code bytes and the fault's address");
}

void error_code(const Report& r, Explanation& e, std::string_view id) {
  if (r.fault.error_bits.empty()) return;
  std::string words;
  for (const auto& bit : r.fault.error_bits) words += (words.empty() ? "" : ", ") + bit;
  const auto& code = r.fault.esr.empty() ? r.fault.error_code : r.fault.esr;
  if (code.empty()) return add_certain(e, id, words, "the registers of the fault");
  const auto shown = code.starts_with("0x") ? code : "0x" + code;
  add_certain(e, id, "error code " + shown + ": " + words, "the error code that the log prints");
}

// Error-code bits that name a protection (v6.1 arch/x86/mm/fault.c bad_kernel_address, spurious_kernel_fault,
// show_fault_oops).
void protection(const Report& r, Explanation& e, std::string_view id) {
  const auto& address_class = r.site.bad_pointer.address_class;
  const bool user_address = address_class == AddressClass::user,
             denied = has_bit(r, "protection violation") || has_bit(r, "permission fault");
  static constexpr std::string_view bits = "the bits of the error code";
  if (has_bit(r, "protection key"))
    return add_certain(e, id, "a memory protection key (PKU) forbids this access", std::string(bits));
  if (has_bit(r, "shadow stack"))
    return add_certain(e, id, "the access is one of the CPU's shadow stack (CET)", std::string(bits));
  if (has_bit(r, "reserved bit")) {
    add_certain(e, id, "a page table entry on the way to the address has a reserved bit set", std::string(bits));
    return add_step(
        e,
        "the page table was overwritten, or memory is bad: look for whoever writes through wild pointers, and run "
        "memtest86+");
  }
  if (!denied) return;
  if (r.fault.access == Access::execute)
    add_likely(e, id,
               user_address
                   ? "the kernel jumped to user memory, and the CPU forbids that (SMEP, PXN): a function pointer or a "
                     "return address holds a user's address"
                   : "the page is mapped, but not executable: it holds data",
               std::string(bits));
  else if (user_address)
    add_likely(e, id,
               "the page is mapped: the CPU forbids the kernel (SMAP, PAN) to touch user memory outside "
               "copy_from_user() and its "
               "likes",
               std::string(bits));
  else if (r.fault.access == Access::write)
    add_certain(e, id,
                address_class == AddressClass::text
                    ? "the page is mapped read-only: it is the kernel's own text or constant data"
                    : "the page is mapped, but read-only",
                std::string(bits));
}

void guard_page(const Report& r, Explanation& e, std::string_view id) {
  if (r.site.bad_pointer.address_class != AddressClass::guard_page) return;
  const auto range = r.fact(fact::stack_range);
  // %p prints a hash since v4.15 (lib/vsprintf.c): 32 bits, or "(____ptrval____)".
  const bool hashed = range.starts_with("00000000") || range.find("ptrval") != std::string_view::npos;
  if (range.find("..") != std::string_view::npos && !hashed && r.site.bad_pointer.value)
    add_certain(
        e, id,
        r.site.bad_pointer.held_in + " = " + hex(*r.site.bad_pointer.value) + ", the stack is " + std::string(range),
        "the stack's range in the header and " + source_of_value(r));
}

// The kernel's own words: "Unable to handle kernel access to user memory ..."
bool says_user_access(const Report& r) {
  return r.fact(fact::fault_words).find("user memory") != std::string_view::npos;
}

// Where the bad pointer was handed on is where to look: the callee only used what it got.
bool next_handed(const Report& r, Explanation& e) {
  const auto& handed = r.site.handed;
  const auto& id = r.site.bad_pointer.address_class;
  if (!handed || handed->confidence != Confidence::certain) return false;
  const std::string before = " in " + handed->function + ", before " + handed->callee + "() gets it";
  const bool error = handed->value && address_fact(*handed->value, r.arch).id == AddressClass::err_ptr;
  if (id == AddressClass::err_ptr && error)
    add_step(e, "check " + handed->expression + " with IS_ERR()" + before + "; NULL checks don't see error codes");
  else if (handed->value == 0u)
    add_step(e, "find the path on which " + handed->expression + " is still, or again, NULL" + before);
  else
    return false;
  return true;
}

// The names of the status codes: arch/arm/mm/fsr-{2,3}level.c, arch/arm64/mm/fault.c fault_info.
bool is_unaligned(const Report& r) {
  return r.fact(fact::fault_words).find("alignment") != std::string_view::npos || has_bit(r, "alignment fault");
}

// Slab poison: which of the kernel's own tools names who freed the object, and is not on already.
void next_freed(const Report& r, Explanation& e) {
  const auto where = place_name(r);
  if (runs_kasan(r))
    return add_step(e, "look for a pointer that " + (where.empty() ? std::string("the code") : where) +
                           " keeps of an object that was freed: KASAN is on, and this access was not its to check, or "
                           "the object left its quarantine");
  add_step(e, slub_tracks_users(r.kernel)
                  ? "a kernel with KASAN names who freed the object: SLUB's own debugging is on and named nobody"
                  : "a kernel with KASAN, or slub_debug=FZPU, names who freed the object");
}

void next_pointer(const Report& r, Explanation& e, std::string_view) {
  if (next_handed(r, e)) return;
  const auto& id = r.site.bad_pointer.address_class;
  const auto& cause = r.site.cause;
  const auto what = cause && cause->confidence == Confidence::certain ? cause->expression : std::string();
  if (sighting(r, Sight::constant)) return;  // value_steps() knows better
  if (!bus_error(r).empty()) return;
  if (cause && !cause->embedded.empty() && id == AddressClass::null_offset)
    return add_step(e,
                    "check for NULL, or for an empty list (list_first_entry_or_null()), before container_of() makes " +
                        cause->expression + " of a " + cause->embedded + " pointer");
  if (id == AddressClass::err_ptr && r.site.bad_pointer.value)
    add_step(e, "check " + (what.empty() ? std::string("the result") : what) +
                    " with IS_ERR() where it comes from; NULL checks don't see error codes");
  if ((id == AddressClass::null || id == AddressClass::null_offset) && r.fault.access != Access::execute &&
      r.site.operation != Operation::execute && !what.empty())
    add_step(e, "find the path on which " + what + " is still, or again, NULL");
  if ((id == AddressClass::null || id == AddressClass::null_offset) &&
      (r.fault.access == Access::execute || r.site.operation == Operation::execute) && !what.empty())
    add_step(e, "find who leaves " + what + " unset, or calls it without a check");
  if (id == AddressClass::user && r.fault.access != Access::execute && r.site.operation != Operation::execute)
    add_step(e, sighting(r, Sight::call_argument) || says_user_access(r)
                    ? "get at the program's memory with copy_from_user(), copy_to_user() or their likes"
                    : "user memory needs copy_from_user(), get_user() and their likes; or the pointer is a number that "
                      "was never a pointer");
  if (id == AddressClass::non_canonical && r.site.bad_pointer.note.find("flipped") != std::string::npos &&
      !sighting(r, Sight::flipped_bit))
    add_step(e, "one flipped bit is often bad memory: run memtest86+ and look for machine checks before you read code");
  if (id == AddressClass::ascii)
    add_step(e, "search the code for who writes that text: its buffer ends before the object with the pointer");
  if (id == AddressClass::poison) {
    if (r.site.bad_pointer.note.starts_with("LIST_POISON"))
      add_step(e, "find who uses the entry after list_del(): a second removal, or a walk without the lock");
    else if (r.site.bad_pointer.note.find("freed before") != std::string::npos)
      next_freed(r, e);
  }
}

// What was near NULL: a register that is NULL, a member's offset off it, or a number that something was added to before.
void next_null(const Report& r, Explanation& e, const std::string& where) {
  constexpr std::uint64_t largest = 0x100000;  // of a structure
  const auto& bad = r.site.bad_pointer;
  const auto& cause = r.site.cause;
  const std::string held = bad.held_in.empty() ? "" : " (in " + bad.held_in + ")";
  if (cause && !cause->expression.empty() && cause->value == 0u)
    add_step(e, "find the path on which " + cause->expression + ", most likely the pointer, is still, or again, NULL");
  else if (bad.value.value_or(0) != 0)
    add_step(e, "in " + where + ", look for what " + bad.held_in +
                    " was computed from: a NULL pointer and an offset, or a small number that is no pointer");
  else if (r.fault.address && *r.fault.address != 0 && *r.fault.address < largest)
    add_step(e, "in " + where + ", look for the member at +" + hex(*r.fault.address) +
                    " of a structure: the pointer to it is NULL" + held);
  else
    add_step(e, "in " + where + ", look for the pointer that is used without a check for NULL" + held);
}

// Who handed the bad pointer in is not named: where to look for it.
void next_unnamed(const Report& r, Explanation& e, std::string_view) {
  const auto& bad = r.site.bad_pointer;
  const auto where = place_name(r);
  const bool null = bad.address_class == AddressClass::null || bad.address_class == AddressClass::null_offset;
  const bool bad_value = explains_value(bad.address_class) || bad.address_class == AddressClass::kernel ||
                         bad.address_class == AddressClass::non_canonical;
  if (!e.next_steps.empty() || where.empty() || !r.has(Trait::bad_pointer | Trait::maybe_bad_pointer) ||
      r.has(Trait::emulated) || r.site.operation == Operation::execute || r.fault.access == Access::execute ||
      !bus_error(r).empty())
    return;
  if (null)
    next_null(r, e, where);
  else if (is_unaligned(r))
    add_step(e, "read such data in " + where + " with get_unaligned() and write it with put_unaligned(), or align it");
  else if (r.fault.access == Access::write &&
           (bad.address_class == AddressClass::text || bad.address_class == AddressClass::module))
    add_step(e, "data that " + where + " writes must not be const, nor __ro_after_init once the boot is over");
  else if (bad.address_class == AddressClass::guard_page || r.site.shadow)
    return;  // no pointer was overwritten; KASAN is on already
  else if (bad.address_class == AddressClass::poison && bad.note.find("on the stack") != std::string::npos)
    add_step(e, "look for where " + where + ", or who called it, fills that variable: nothing was freed");
  else if (kind_row(*r.kind).before_detectors || r.has(Trait::stack_overflow | Trait::bad_stack))
    return;
  else if (bad_value)
    add_step(e, runs_kasan(r) ? "look at what " + where +
                                    " computed the address from: KASAN is on and saw no freed or overrun object, so a "
                                    "length, an index or an uninitialised variable is likelier"
                              : "a kernel with KASAN tells who freed or overwrote what " + where + " uses");
}

void next_call(const Report& r, Explanation& e, std::string_view) {
  const auto id = r.site.bad_pointer.address_class;
  if (r.site.operation != Operation::execute || r.site.cause || !e.next_steps.empty()) return;
  const auto caller = place_name(r);
  if (caller.empty() || id == AddressClass::none) return;
  add_step(e, id == AddressClass::null
                  ? caller + " makes the call: find which member of its operations structure is not set"
                  : caller +
                        " makes the call: find who wrote the function pointer that it calls through, or freed the "
                        "object that holds it");
}

constexpr auto rows = std::to_array<Rule>({
    {"member", member},
    {"pointer", pointer},
    {"container-of", container},
    {"seen-before", seen_before},
    {"kasan-shadow", shadow},
    {"guard-page", guard_page},
    {"protection", protection},
    {"error-code", error_code},
    {"next-value", value_steps},
    {"next-pointer", next_pointer},
    {"next-call", next_call},
    {"next-unnamed", next_unnamed},
});

}  // namespace

std::span<const Rule> fault_rules() { return rows; }

}  // namespace unoops::explain
