// What the fault's address, access and instruction say.
#include <algorithm>
#include <array>

#include "explain/access_words.hpp"
#include "explain/rule.hpp"
#include "facts/addresses.hpp"
#include "facts/frames.hpp"
#include "kinds/place.hpp"

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

// "tx is struct kfault_queue *, head at +0x8: NULL + 0x8 = 0x8 = CR2"
void member(const Report& r, Explanation& e, std::string_view id) {
  const auto& cause = r.site.cause;
  if (!cause || cause->expression.empty() || cause->type.empty()) return;
  // A bad function pointer: type and member are the structure that held it.
  if (r.fault.access == "execute" || r.site.operation == "execute") {
    if (!cause->member.empty())
      add_finding(e, id, "it is the member " + cause->member + " of a " + cause->type, cause->reason,
                  cause->confidence);
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
  add_finding(e, id, std::move(text), cause->reason, cause->confidence);
}

// What the value is, where "NULL" does not say it all.
void pointer(const Report& r, Explanation& e, std::string_view id) {
  const auto& f = r.fault;
  if (!explains_value(f.address_class) || f.address_note.empty() || e.summary.find(short_note(r)) != std::string::npos)
    return;
  const auto value = f.held ? f.held : f.address;
  const bool sum_only = !f.held;
  std::string text = (f.held_in.empty() ? std::string() : f.held_in + " = ") +
                     (value ? hex(*value) + ": " : std::string()) + short_note(r);
  add_finding(e, id, std::move(text), {},
              f.address_class == "err-ptr" && (sum_only || *f.held < 0xffffffff + 1ull) ? Confidence::likely
                                                                                        : Confidence::certain);
}

// A small negative address with a register that is no error code, or an errno near 0: container_of() of NULL gives it
// too.
void container(const Report& r, Explanation& e, std::string_view id) {
  if (r.fault.address_class != "err-ptr" || !r.fault.held) return;
  const auto distance = 0 - *r.fault.held;
  if (r.arch && r.arch->bits == 64 && distance < 4096 && distance % 8 == 0 && distance >= 16)
    add_finding(e, id, "or it is container_of() of a NULL pointer, of a member at +" + hex(distance), {},
                Confidence::likely);
}

// KASAN's inline check faults on the shadow of a bad pointer: the printed address is not the pointer's.
void shadow(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "general-protection-fault" || !r.site.shadow || !r.fault.address) return;
  add_finding(e, id,
              hex(*r.fault.address) + " is only where KASAN keeps the shadow of the real address, about " +
                  hex(r.site.shadow->address));
}

void error_code(const Report& r, Explanation& e, std::string_view id) {
  if (r.fault.error_bits.empty()) return;
  std::string words;
  for (const auto& bit : r.fault.error_bits) words += (words.empty() ? "" : ", ") + bit;
  const auto& code = r.fault.esr.empty() ? r.fault.error_code : r.fault.esr;
  add_finding(e, id, "error code " + (code.starts_with("0x") ? code : "0x" + code) + ": " + words);
}

// Error-code bits that name a protection (v6.1 arch/x86/mm/fault.c bad_kernel_address, spurious_kernel_fault,
// show_fault_oops).
void protection(const Report& r, Explanation& e, std::string_view id) {
  const auto& f = r.fault;
  const bool user_address = f.address_class == "user",
             denied = has_bit(r, "protection violation") || has_bit(r, "permission fault");
  if (has_bit(r, "protection key")) return add_finding(e, id, "a memory protection key (PKU) forbids this access");
  if (has_bit(r, "shadow stack")) return add_finding(e, id, "the access is one of the CPU's shadow stack (CET)");
  if (has_bit(r, "reserved bit")) {
    add_finding(e, id, "a page table entry has a reserved bit set: the table itself was overwritten, or memory is bad");
    return add_step(
        e, "look for whoever writes through wild pointers, and test the memory: no correct code makes such an entry");
  }
  if (!denied) return;
  if (f.access == "execute")
    add_finding(e, id,
                user_address
                    ? "the kernel jumped to user memory, and SMEP forbids it: a function pointer was overwritten"
                    : "the page is mapped, but not executable: it holds data");
  else if (user_address)
    add_finding(
        e, id,
        "the page is mapped: SMAP forbids the kernel to touch user memory outside copy_from_user() and its likes");
  else if (f.access == "write")
    add_finding(e, id,
                f.address_class == "text" ? "the page is mapped read-only: it is the kernel's own text or constant data"
                                          : "the page is mapped, but read-only");
}

// ud2 is nobody's instruction but the compiler's and BUG()'s.
void undefined_on_purpose(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id == "invalid-opcode" && r.site.operation == "trap")
    add_finding(e, id,
                "ud2 marks code that must never be reached: what the compiler holds impossible, or a BUG() that the "
                "kernel has no entry for");
}

// "general protection fault: beec": not 0, so it is about a segment selector (log-formats: bit 0 external, 1-2 table,
// 3-15 index).
void selector(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "general-protection-fault" && r.kind->id != "stack-segment") return;
  unsigned code = 0;
  for (const char c : r.fault.error_code)
    code = code * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  if (code == 0 || code > 0xffff) return;
  static constexpr std::array<std::string_view, 4> tables = {"GDT", "IDT", "LDT", "IDT"};
  add_finding(e, id,
              "the error code " + hex(code) + " names a segment selector, not an address: entry " +
                  std::to_string(code >> 3) + " of the " + std::string(tables[code >> 1 & 3]));
}

void divisor(const Report& r, Explanation& e, std::string_view id) {
  const auto& divisor = r.site.divisor;
  if (r.kind->id != "divide-error" || !divisor || divisor->reg.empty() || !divisor->value) return;
  const auto at = std::ranges::find(r.site.instructions, true, &Instruction::faulting);
  const auto what = "the divisor in " + divisor->reg + " is ", instruction = " (" + at->text + ")";
  add_finding(e, id,
              what + (*divisor->value == 0 ? "0"
                                           : hex(*divisor->value) +
                                                 ", not 0: the quotient was too large for its register") +
                  instruction);
}

struct Code {
  std::string_view name, number, words;
};
// v6.6 arch/x86/kernel/cet.c control_protection_err
void control_flow(const Report& r, Explanation& e, std::string_view id) {
  static constexpr auto codes = std::to_array<Code>({
      {"near-ret", "1", "a return went to another address than the shadow stack holds: the return address was changed"},
      {"far-ret/iret", "2", "a far return or IRET went to another address than the shadow stack holds"},
      {"endbranch", "3", "an indirect call or jump met no ENDBR instruction at its target"},
      {"rstorssp", "4", "the token that RSTORSSP needs is not on the shadow stack"},
      {"setssbsy", "5", "the token that SETSSBSY needs is not on the shadow stack"},
  });
  if (!r.kind->id.starts_with("control-protection")) return;
  const auto message = first_message(r);
  auto digits = std::string_view(r.headline);
  digits.remove_prefix(std::min(digits.size(), digits.find(": ") + 2));
  digits = digits.substr(0, digits.find(' '));
  const auto number = digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
  const auto at = std::ranges::find_if(codes, [&](const Code& c) {
    return number == c.number ||
           (!message.empty() && message.find("error_code: " + std::string(c.name)) != std::string_view::npos);
  });
  if (at != codes.end()) add_finding(e, id, std::string(at->words));
}

// "CFI failure at foo+0x15/0x30 [demo] (target: bar+0x0/0x20 [demo]; expected type: 0x1b2c3d4e)" (v6.1 kernel/cfi.c)
void cfi_target(const Report& r, Explanation& e, std::string_view id) {
  if (!r.kind->id.starts_with("cfi")) return;
  for (const auto& message : r.messages) {
    const auto at = message.find("(target: "), end = message.find("; expected type: ");
    if (at == std::string::npos || end == std::string::npos || end < at) continue;
    auto type = message.substr(end + 17);
    type = type.substr(0, type.find(')'));
    return add_finding(
        e, id, "what was called is " + message.substr(at + 9, end - at - 9) + "; the caller expects type " + type);
  }
}

// "traps: Missing ENDBR: foo+0x0/0x30 [demo]" (v6.1 arch/x86/kernel/traps.c exc_control_protection)
void endbr_target(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "missing-endbr") return;
  for (const auto& message : r.messages)
    if (const auto at = message.find("Missing ENDBR: "); at != std::string::npos)
      return add_finding(e, id, "the target was " + message.substr(at + 15) + ", called from " + place_name(r));
}

void guard_page(const Report& r, Explanation& e, std::string_view id) {
  if (r.fault.address_class != "guard-page") return;
  const auto range = r.fact("stack-range");
  if (range.find("..") != std::string_view::npos && range.find("ptrval") == std::string_view::npos && r.fault.held)
    add_finding(e, id, r.fault.held_in + " = " + hex(*r.fault.held) + ", the stack is " + std::string(range));
}

// Does the code itself hold the value, as an immediate of eight bytes?
bool is_constant(const Report& r) {
  if (!r.fault.held || !r.arch || r.arch->bits != 64) return false;
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(*r.fault.held >> 8 * i);
  const auto& code = r.code.bytes;
  return std::search(code.begin(), code.end(), bytes.begin(), bytes.end()) != code.end();
}

void constant(const Report& r, Explanation& e, std::string_view id) {
  const auto& c = r.fault.address_class;
  if ((c == "non-canonical" || c == "ascii") && is_constant(r))
    add_finding(e, id, "that value stands in the code as a constant: nothing overwrote it");
}

void next_pointer(const Report& r, Explanation& e, std::string_view) {
  const auto& id = r.fault.address_class;
  const auto what = r.site.cause && !r.site.cause->expression.empty() && r.site.cause->confidence == Confidence::certain
                        ? r.site.cause->expression
                        : std::string();
  if (id == "err-ptr" && r.fault.held)
    add_step(e, "check " + (what.empty() ? std::string("the result") : what) +
                    " with IS_ERR() where it comes from; NULL checks don't see error codes");
  if ((id == "null" || id == "null-offset") && r.fault.access != "execute" && !what.empty())
    add_step(e, "find the path on which " + what + " is still, or again, NULL");
  if ((id == "null" || id == "null-offset") && (r.fault.access == "execute" || r.site.operation == "execute") &&
      !what.empty())
    add_step(e, "find who leaves " + what + " unset, or calls it without a check");
  if (id == "user" && r.fault.access != "execute" && r.site.operation != "execute")
    add_step(e,
             "user memory needs copy_from_user(), get_user() and their likes; or the pointer is a number that was "
             "never a pointer");
  if (id == "non-canonical" && r.fault.address_note.find("flipped") != std::string::npos && !is_constant(r))
    add_step(e, "one flipped bit is often bad memory: run memtest86+ and look for machine checks before you read code");
  if (id == "ascii")
    add_step(e, "search the code for who writes that text: its buffer ends before the object with the pointer");
  if (id == "poison") {
    if (r.fault.address_note.starts_with("LIST_POISON"))
      add_step(e, "find who uses the entry after list_del(): a second removal, or a walk without the lock");
    else if (r.fault.address_note.find("freed before") != std::string::npos)
      add_step(e, "a kernel with KASAN, or slub_debug=FZPU, names who freed the object");
  }
}

void next_call(const Report& r, Explanation& e, std::string_view) {
  const bool null = r.fault.address_class == "null";
  if (r.site.operation != "execute" || !null || r.site.cause) return;
  if (const auto caller = place_name(r); !caller.empty())
    add_step(e, caller + " makes the call: find which member of its operations structure is not set");
}

constexpr auto rows = std::to_array<Rule>({
    {"member", member},
    {"pointer", pointer},
    {"container-of", container},
    {"kasan-shadow", shadow},
    {"divisor", divisor},
    {"ud2", undefined_on_purpose},
    {"selector", selector},
    {"constant", constant},
    {"guard-page", guard_page},
    {"control-flow", control_flow},
    {"cfi-target", cfi_target},
    {"endbr-target", endbr_target},
    {"protection", protection},
    {"error-code", error_code},
    {"next-pointer", next_pointer},
    {"next-call", next_call},
});

}  // namespace

std::span<const Rule> fault_rules() { return rows; }

}  // namespace unoops::explain
