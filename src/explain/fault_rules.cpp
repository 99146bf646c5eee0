// What the fault's address, access and instruction say.
#include <algorithm>
#include <array>

#include "explain/rules.hpp"
#include "facts/command_line.hpp"
#include "facts/frames.hpp"
#include "kinds/access_words.hpp"
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

// "tx is struct kfault_queue *, head at +0x8: NULL + 0x8 = 0x8 = CR2"
void member(const Report& r, Explanation& e, std::string_view id) {
  const auto& cause = r.site.cause;
  if (!cause || cause->expression.empty() || cause->type.empty()) return;
  // A bad function pointer: type and member are the structure that held it.
  if (r.fault.access == Access::execute || r.site.operation == Operation::execute) {
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
  const auto& bad = r.site.bad_pointer;
  if (!explains_value(bad.address_class) || bad.note.empty() || e.summary.find(short_note(r)) != std::string::npos)
    return;
  const auto value = bad.value ? bad.value : r.fault.address;
  std::string text = (bad.held_in.empty() ? std::string() : bad.held_in + " = ") +
                     (value ? hex(*value) + ": " : std::string()) + short_note(r);
  const bool only_a_sum = !bad.value, only_32_bits = bad.value <= 0xffffffffu;
  const bool doubtful = bad.address_class == AddressClass::err_ptr && (only_a_sum || only_32_bits);
  add_finding(e, id, std::move(text), {}, doubtful ? Confidence::likely : Confidence::certain);
}

// A small negative address with a register that is no error code, or an errno near 0: container_of() of NULL gives it
// too.
void container(const Report& r, Explanation& e, std::string_view id) {
  const auto& bad = r.site.bad_pointer;
  if (bad.address_class != AddressClass::err_ptr || !bad.value) return;
  const auto distance = 0 - *bad.value;
  if (r.arch && r.arch->bits == 64 && distance < 4096 && distance % 8 == 0 && distance >= 16)
    add_finding(e, id, "or it is container_of() of a NULL pointer, of a member at +" + hex(distance), {},
                Confidence::likely);
}

// KASAN's inline check faults on the shadow of a bad pointer: the printed address is not the pointer's.
void shadow(const Report& r, Explanation& e, std::string_view id) {
  if (!r.has(Trait::refused_value) || !r.site.shadow || !r.fault.address) return;
  add_finding(e, id,
              hex(*r.fault.address) + " is only where KASAN keeps the shadow of the real address, about " +
                  hex(r.site.shadow->address));
}

void error_code(const Report& r, Explanation& e, std::string_view id) {
  if (r.fault.error_bits.empty()) return;
  std::string words;
  for (const auto& bit : r.fault.error_bits) words += (words.empty() ? "" : ", ") + bit;
  const auto& code = r.fault.esr.empty() ? r.fault.error_code : r.fault.esr;
  if (code.empty()) return add_finding(e, id, words);  // the architecture's registers said it
  add_finding(e, id, "error code " + (code.starts_with("0x") ? code : "0x" + code) + ": " + words);
}

// Error-code bits that name a protection (v6.1 arch/x86/mm/fault.c bad_kernel_address, spurious_kernel_fault,
// show_fault_oops).
void protection(const Report& r, Explanation& e, std::string_view id) {
  const auto& address_class = r.site.bad_pointer.address_class;
  const bool user_address = address_class == AddressClass::user,
             denied = has_bit(r, "protection violation") || has_bit(r, "permission fault");
  if (has_bit(r, "protection key")) return add_finding(e, id, "a memory protection key (PKU) forbids this access");
  if (has_bit(r, "shadow stack")) return add_finding(e, id, "the access is one of the CPU's shadow stack (CET)");
  if (has_bit(r, "reserved bit")) {
    add_finding(e, id, "a page table entry has a reserved bit set: the table itself was overwritten, or memory is bad");
    return add_step(
        e, "look for whoever writes through wild pointers, and test the memory: no correct code makes such an entry");
  }
  if (!denied) return;
  if (r.fault.access == Access::execute)
    add_finding(e, id,
                user_address
                    ? "the kernel jumped to user memory, and the CPU forbids that (SMEP, PXN): a function pointer or a "
                      "return address holds a user's address"
                    : "the page is mapped, but not executable: it holds data");
  else if (user_address)
    add_finding(e, id,
                "the page is mapped: the CPU forbids the kernel (SMAP, PAN) to touch user memory outside "
                "copy_from_user() and its "
                "likes");
  else if (r.fault.access == Access::write)
    add_finding(e, id,
                address_class == AddressClass::text
                    ? "the page is mapped read-only: it is the kernel's own text or constant data"
                    : "the page is mapped, but read-only");
}

void guard_page(const Report& r, Explanation& e, std::string_view id) {
  if (r.site.bad_pointer.address_class != AddressClass::guard_page) return;
  const auto range = r.fact(fact::stack_range);
  if (range.find("..") != std::string_view::npos && range.find("ptrval") == std::string_view::npos &&
      r.site.bad_pointer.value)
    add_finding(
        e, id,
        r.site.bad_pointer.held_in + " = " + hex(*r.site.bad_pointer.value) + ", the stack is " + std::string(range));
}

// Does the code itself hold the value, as an immediate of eight bytes?
bool is_constant(const Report& r) {
  if (!r.site.bad_pointer.value || !r.arch || r.arch->bits != 64) return false;
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(*r.site.bad_pointer.value >> 8 * i);
  const auto& code = r.code.bytes;
  return std::search(code.begin(), code.end(), bytes.begin(), bytes.end()) != code.end();
}

void constant(const Report& r, Explanation& e, std::string_view id) {
  const auto& c = r.site.bad_pointer.address_class;
  if ((c == AddressClass::non_canonical || c == AddressClass::ascii) && is_constant(r))
    add_finding(e, id, "that value stands in the code as a constant: nothing overwrote it");
}

void next_pointer(const Report& r, Explanation& e, std::string_view) {
  const auto& id = r.site.bad_pointer.address_class;
  const auto& cause = r.site.cause;
  const auto what = cause && cause->confidence == Confidence::certain ? cause->expression : std::string();
  if (id == AddressClass::err_ptr && r.site.bad_pointer.value)
    add_step(e, "check " + (what.empty() ? std::string("the result") : what) +
                    " with IS_ERR() where it comes from; NULL checks don't see error codes");
  if ((id == AddressClass::null || id == AddressClass::null_offset) && r.fault.access != Access::execute &&
      !what.empty())
    add_step(e, "find the path on which " + what + " is still, or again, NULL");
  if ((id == AddressClass::null || id == AddressClass::null_offset) &&
      (r.fault.access == Access::execute || r.site.operation == Operation::execute) && !what.empty())
    add_step(e, "find who leaves " + what + " unset, or calls it without a check");
  if (id == AddressClass::user && r.fault.access != Access::execute && r.site.operation != Operation::execute)
    add_step(e,
             "user memory needs copy_from_user(), get_user() and their likes; or the pointer is a number that was "
             "never a pointer");
  if (id == AddressClass::non_canonical && r.site.bad_pointer.note.find("flipped") != std::string::npos &&
      !is_constant(r))
    add_step(e, "one flipped bit is often bad memory: run memtest86+ and look for machine checks before you read code");
  if (id == AddressClass::ascii)
    add_step(e, "search the code for who writes that text: its buffer ends before the object with the pointer");
  if (id == AddressClass::poison) {
    if (r.site.bad_pointer.note.starts_with("LIST_POISON"))
      add_step(e, "find who uses the entry after list_del(): a second removal, or a walk without the lock");
    else if (r.site.bad_pointer.note.find("freed before") != std::string::npos)
      add_step(e, slub_tracks_users(r.kernel)
                      ? "a kernel with KASAN names who freed the object: SLUB's own debugging is on and named nobody"
                      : "a kernel with KASAN, or slub_debug=FZPU, names who freed the object");
  }
}

void next_call(const Report& r, Explanation& e, std::string_view) {
  const bool null = r.site.bad_pointer.address_class == AddressClass::null;
  if (r.site.operation != Operation::execute || !null || r.site.cause) return;
  if (const auto caller = place_name(r); !caller.empty())
    add_step(e, caller + " makes the call: find which member of its operations structure is not set");
}

constexpr auto rows = std::to_array<Rule>({
    {"member", member},
    {"pointer", pointer},
    {"container-of", container},
    {"kasan-shadow", shadow},
    {"constant", constant},
    {"guard-page", guard_page},
    {"protection", protection},
    {"error-code", error_code},
    {"next-pointer", next_pointer},
    {"next-call", next_call},
});

}  // namespace

std::span<const Rule> fault_rules() { return rows; }

}  // namespace unoops::explain
