#include "inspect/bad_pointer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

#include "arch/arch.hpp"
#include "base/hex.hpp"
#include "base/limits.hpp"
#include "facts/addresses.hpp"
#include "inspect/scene.hpp"
#include "inspect/sightings.hpp"
#include "machine/isa.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::inspect {
namespace {

bool is_bad(AddressClass id) {
  return id != AddressClass::kernel && id != AddressClass::text && id != AddressClass::module &&
         id != AddressClass::unknown;
}

// Is it an address of the kernel's half? On 32 bits the split is a matter of configuration: the stack pointer tells.
bool in_kernel_half(const Report& r, std::uint64_t value) {
  if (!r.arch) return false;
  if (r.arch->bits == 64) return value >> 63;
  const auto* sp = r.reg(r.arch->sp);
  return value >= std::min<std::uint64_t>(0xc0000000, sp ? sp->value & 0xc0000000 : 0xc0000000) && value >= 0x40000000;
}

BadPointer of_value(const Report& r, std::uint64_t value) {
  auto fact = address_fact(value, r.arch);
  return {fact.id, std::move(fact.words), {}, std::nullopt};
}

BadPointer held(const Report& r, std::string_view reg, std::uint64_t value) {
  auto out = of_value(r, value);
  out.held_in = reg;
  out.value = value;
  return out;
}

// 32-bit kernels may begin below 0xc0000000.
void refine_user(const Report& r, BadPointer& out, std::uint64_t value) {
  if (out.address_class == AddressClass::user && in_kernel_half(r, value))
    out.address_class = AddressClass::kernel, out.note = "a kernel address";
}

// The guard page below a stack, by the report's own words.
std::optional<BadPointer> guard_page(const Report& r) {
  if (!r.has(Trait::stack_overflow)) return std::nullopt;
  BadPointer out{
      AddressClass::guard_page, "the guard page below the kernel stack: the stack ran over", {}, std::nullopt};
  const bool pushes = r.site.operation == Operation::call || r.site.base_register.empty();
  if (!pushes && r.site.base_value) {
    out.held_in = r.site.base_register;
    out.value = r.site.base_value;
  } else if (r.arch) {
    out.held_in = r.arch->sp;
    if (const auto* sp = r.reg(r.arch->sp)) out.value = sp->value;
  }
  return out;
}

// The pc itself is what was bad: a call or a jump went there, or a return did.
std::optional<BadPointer> executed(const Report& r) {
  const auto* pc = own_pc(r);  // none: "RIP: 0010:          (null)"
  if (!r.arch || (pc ? !pc->ref.symbol.empty() : r.fault.access != Access::execute)) return std::nullopt;
  auto target = pc && pc->ref.address ? pc->ref.address : r.fault.address;
  if (!target) return std::nullopt;
  // s390 executed the two zero bytes at NULL, and stands behind them: an illegal operation, for the page is there
  const auto* row = row_of(r.arch);
  if (r.arch->announced_pc && row->isa && *target == row->isa->step) target = 0;
  auto out = held(r, r.arch->pc, *target);
  refine_user(r, out, *target);
  // No function stands there: memory of the kernel that is no code.
  if (out.address_class == AddressClass::kernel)
    out.address_class = AddressClass::execute_data, out.note = "the kernel's data, executed as if it were code";
  return out;
}

// "call *%rax": the CPU refuses a target that is no address before it goes there.
std::optional<BadPointer> called(const Report& r) {
  const auto& callee = r.site.callee;
  if (!r.has(Trait::refused_value) || !callee || callee->reg.empty() || !callee->value) return std::nullopt;
  return held(r, callee->reg, *callee->value);
}

// A shadow byte stands for eight addresses: how far behind a poison the bad one lies is not known.
std::optional<BadPointer> of_shadow(const Report& r, std::uint64_t address) {
  auto fact = address_fact(address, r.arch);
  if (!is_bad(fact.id)) return std::nullopt;
  if (fact.id == AddressClass::null_offset && address < 8) fact.words = "NULL";
  if (fact.id == AddressClass::poison && fact.beyond && *fact.beyond > -8 && *fact.beyond < 8)
    fact.words = fact.words.substr(0, fact.words.rfind(','));
  return BadPointer{fact.id, std::move(fact.words), {}, std::nullopt};
}

std::optional<BadPointer> in_shadow(const Report& r) {
  const auto& shadow = r.site.shadow;
  if (!shadow) return std::nullopt;
  if (shadow->reg.empty() || !shadow->value) return of_shadow(r, shadow->address);
  auto out = held(r, shadow->reg, *shadow->value);
  if (out.address_class == AddressClass::null && shadow->address < 0x1000 && shadow->address >= 8)
    out.address_class = AddressClass::null_offset, out.note = "NULL plus " + hex(shadow->address);
  return out;
}

// Without Code bytes: where the kernel says what address the shadow was of (mm/kasan/report.c
// kasan_non_canonical_hook).
std::optional<BadPointer> in_kasan_range(const Report& r) {
  const auto words = r.fact(fact::kasan_range);  // "null-ptr-deref in range [0x0000000000000058-0x000000000000005f]"
  const auto open = words.find("[0x");
  std::uint64_t first = 0;
  if (!r.fault.address || open == std::string_view::npos ||
      std::from_chars(words.data() + open + 3, words.data() + words.size(), first, 16).ec != std::errc())
    return std::nullopt;
  return of_shadow(r, first);
}

// (%rdx,%rcx) with nothing but an offset in RDX: the compiler is free to call the pointer "index", and it is RCX. Farther
// from NULL than this no array's element lies.
bool is_in_index(const Report& r) {
  constexpr std::uint64_t farthest = 1 << 24;
  const auto& site = r.site;
  const auto* index = r.reg(site.index_register);
  return index && site.index_value && index->value == *site.index_value && *site.index_value >= farthest &&
         site.base_value < farthest;
}

// NULL with an index is an array off NULL, with a displacement a member.
void refine_null(const Report& r, BadPointer& out) {
  if (out.address_class != AddressClass::null && out.address_class != AddressClass::null_offset) return;
  const auto& site = r.site;
  const auto effective = site.effective_address ? site.effective_address : r.fault.address;
  if (!effective || !out.value || *out.value != 0) return;
  const auto mask = r.arch && r.arch->bits == 32 ? 0xffffffff : ~std::uint64_t{0};
  if (site.index_value && *site.index_value != 0) {
    out.address_class = AddressClass::null_array;
    out.note = "element " + hex(*site.index_value) + " of an array at NULL";
  } else if (*effective != 0) {
    out.address_class = AddressClass::null_offset;
    const auto below = (0 - *effective) & mask;
    out.note = below < *effective ? "NULL minus " + hex(below) : "NULL plus " + hex(*effective);
  }
}

// The base register of the memory operand, or its index where that is what makes no sense.
std::optional<BadPointer> in_operand(const Report& r) {
  const auto& site = r.site;
  if (site.base_register.empty() || !site.base_value || (r.fault.address && !site.agrees_with_fault_address))
    return std::nullopt;
  // A fault without an address means that the sum was not canonical. If it is canonical, something else was refused.
  if (!r.fault.address && !(r.arch && non_canonical(*r.arch, site.effective_address.value_or(0)))) return std::nullopt;
  auto out = held(r, site.base_register, *site.base_value);
  const auto sum = address_fact(site.effective_address.value_or(*site.base_value), r.arch);
  const bool index_bad =
      site.index_value && is_bad(address_fact(*site.index_value, r.arch).id) && *site.index_value >= 0x10000;
  if (is_in_index(r)) return BadPointer{sum.id, sum.words, site.index_register, site.index_value};
  if (!is_bad(out.address_class) && index_bad)
    return BadPointer{sum.id, sum.words, site.index_register, site.index_value};
  // A small value, or one of the user's half, beside a kernel address (vmemmap, a direct map) is a wrong offset, no
  // pointer of its own.
  const bool table = site.displacement > 0x1000000 || site.displacement < -0x1000000;  // table(,%rdx,8)
  const bool offset = (table || (site.index_value && *site.index_value != 0)) &&
                      (out.address_class == AddressClass::user || out.address_class == AddressClass::null_offset);
  if (!is_bad(out.address_class) || offset) out.address_class = sum.id, out.note = sum.words;
  refine_user(r, out, *out.value);
  refine_null(r, out);
  return out;
}

// A double fault: the CPU could not push an exception's frame. A stack pointer that is none, one that has reached the
// end of its page, or the stack's own page has gone (v6.1 arch/x86/kernel/traps.c exc_double_fault).
std::optional<BadPointer> in_stack_pointer(const Report& r) {
  constexpr std::uint64_t page = 4096, frame = 64;
  const auto* sp = stack_pointer(r);
  if (!sp || !r.has(Trait::bad_stack)) return std::nullopt;
  auto out = held(r, sp->name, sp->value);
  if (!in_kernel_half(r, sp->value)) return is_bad(out.address_class) ? std::optional(out) : std::nullopt;
  const auto* address = r.reg(r.arch->fault_address);
  if (!address || sp->value - address->value > frame) return std::nullopt;
  if (address->value / page == sp->value / page) {
    out = of_value(r, address->value);
    out.note = "the stack's own page, at " + hex(address->value) + ", is not there";
    return out;
  }
  out.address_class = AddressClass::guard_page, out.note = "the end of the kernel stack: the stack ran over";
  return out;
}

using Ask = std::optional<BadPointer> (*)(const Report&);

// Who may know the bad pointer of such a report, in the order in which they are asked.
std::span<const Ask> to_be_asked(const Report& r) {
  static constexpr auto all =
      std::to_array<Ask>({guard_page, executed, called, in_shadow, in_stack_pointer, in_operand, in_kasan_range});
  static constexpr auto only_executed = std::to_array<Ask>({executed});
  // The fault that followed the check holds the code and the registers of the access.
  static constexpr auto only_operand = std::to_array<Ask>({in_operand});
  if (r.has(Trait::bad_pc)) return only_executed;
  // Near NULL it is the sum that tells, not what a register was computed to.
  const bool far = r.fault.address && *r.fault.address >= limits::near_null;
  if (r.has(Trait::checked_access) && far && r.site.agrees_with_fault_address) return only_operand;
  if (r.has(Trait::bad_pointer | Trait::maybe_bad_pointer)) return all;
  return {};
}

BadPointer by_evidence(const Report& r) {
  for (const auto ask : to_be_asked(r))
    if (auto answer = ask(r)) return *answer;
  if (!r.fault.address) return {};
  auto out = of_value(r, *r.fault.address);
  refine_user(r, out, *r.fault.address);
  return out;
}

// NULL less a member's offset, as container_of() makes it, is a small negative number like an error code. The type tells
// which, or that nobody returns such an error.
void refine_container(const Report& r, BadPointer& out) {
  if (out.address_class != AddressClass::err_ptr || !r.arch) return;
  const auto& cause = r.site.cause;
  const auto value = cause && cause->value ? cause->value : out.value;
  const auto mask = r.arch->bits == 64 ? ~std::uint64_t{0} : 0xffffffff;
  const auto distance = (0 - value.value_or(r.fault.address.value_or(0))) & mask;
  if (distance > 4095 || returns_often(static_cast<int>(distance))) return;
  const bool aligned = distance % (r.arch->bits / 8) == 0;
  if ((!cause || cause->embedded.empty()) && value && !aligned) return;
  out.address_class = AddressClass::null_offset;
  out.note = "NULL minus " + hex(distance);
}

// How many bits an address has is a matter of configuration; the kernel knows, and says so (arch/arm64/mm/fault.c
// show_pte, v4.17 on).
bool lies_between(const Report& r) {
  return std::ranges::any_of(r.messages, [](const std::string& words) {
    return words.ends_with("] address between user and kernel address ranges");
  });
}

}  // namespace

bool may_have_bad_pointer(const Report& r) {
  return r.has(Trait::bad_pointer | Trait::checked_access) ||
         (r.kind && r.fault.address && r.kind->severity >= Severity::error && !r.registers.empty());
}

BadPointer bad_pointer(const Report& r) {
  auto out = by_evidence(r);
  refine_container(r, out);
  if (sighting(r, Sight::stack_variable) && out.address_class == AddressClass::poison && may_be_constant(out))
    out.note = out.note.substr(0, out.note.find(':')) + " in a variable on the stack";
  if (sighting(r, Sight::constant) && may_be_constant(out)) out.note = "a constant that stands in the code";
  if (out.address_class == AddressClass::user && lies_between(r))
    out.address_class = AddressClass::non_canonical, out.note = "neither a user nor a kernel address";
  return out;
}

}  // namespace unoops::inspect
