#include "explain/pointer.hpp"

#include <elf.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "explain/origin.hpp"
#include "facts/addresses.hpp"
#include "kinds/rule.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::explain {
namespace {

bool is_bad(AddressClass id) {
  return id != AddressClass::kernel && id != AddressClass::text && id != AddressClass::module &&
         id != AddressClass::unknown;
}

BadPointer held(const Report& r, const Register& reg) {
  auto fact = address_fact(reg.value, r.arch);
  return {fact.id, std::move(fact.words), reg.name, reg.value};
}

// The pc itself is what was bad: a call or a jump went there, or a return did.
std::optional<BadPointer> executed(const Report& r) {
  const auto* pc = own_pc(r);  // none: "RIP: 0010:          (null)"
  if (!r.arch || (pc ? !pc->ref.symbol.empty() : r.fault.access != Access::execute)) return std::nullopt;
  const auto target = pc && pc->ref.address ? pc->ref.address : r.fault.address;
  if (!target) return std::nullopt;
  auto fact = address_fact(*target, r.arch);
  // No function stands there: memory of the kernel that is no code.
  const bool lower_split = fact.id == AddressClass::user && in_kernel_half(r, *target);
  if (fact.id == AddressClass::kernel || lower_split)
    fact.id = AddressClass::execute_data, fact.words = "the kernel's data, executed as if it were code";
  return BadPointer{fact.id, std::move(fact.words), std::string(r.arch->pc), target};
}

std::optional<BadPointer> held_in(const Report& r, std::string_view name) {
  const auto* reg = register_of(r, name);
  if (!reg) return std::nullopt;
  return held(r, *reg);
}

// "jmp *%rax" by way of __x86_indirect_thunk_rax (v6.1 arch/x86/lib/retpoline.S): the pc is the thunk's.
std::optional<BadPointer> called(const Report& r) {
  const auto* pc = own_pc(r);
  constexpr std::string_view thunk = "__x86_indirect_thunk_";
  if (pc && pc->ref.symbol.starts_with(thunk)) return held_in(r, pc->ref.symbol.substr(thunk.size()));
  // "call *%rax": the CPU refuses the target before it goes there.
  const auto& code = r.site.instructions;
  const auto at = std::ranges::find(code, true, &Instruction::faulting);
  if (at == code.end() || !r.has(Trait::refused_value)) return std::nullopt;
  for (const std::string_view verb : {"call *%", "jmp *%"})
    if (at->text.starts_with(verb)) return held_in(r, std::string_view(at->text).substr(verb.size()));
  return std::nullopt;
}

// The guard page below a stack: by the report's own words, or a push on the first bytes of a stack's page.
std::optional<BadPointer> guard_page(const Report& r) {
  const bool told = r.has(Trait::stack_overflow),
             pushes = r.site.operation == Operation::call || r.site.base_register.empty();
  const auto* sp = r.arch ? r.reg(r.arch->sp) : nullptr;
  if (!told) return std::nullopt;
  BadPointer out{
      AddressClass::guard_page, "the guard page below the kernel stack: the stack ran over", {}, std::nullopt};
  if (!pushes && r.site.base_value) {
    out.held_in = r.site.base_register;
    out.value = r.site.base_value;
  } else if (r.arch) {
    out.held_in = r.arch->sp;
    if (sp) out.value = sp->value;
  }
  return out;
}

// A shadow byte stands for eight addresses: how far behind a poison it lies is not known.
std::optional<BadPointer> of_shadow(const Report& r, std::uint64_t address) {
  auto fact = address_fact(address, r.arch);
  if (!is_bad(fact.id)) return std::nullopt;
  if (fact.id == AddressClass::null_offset && address < 8) fact.words = "NULL";
  if (fact.id == AddressClass::poison && fact.beyond && *fact.beyond > -8 && *fact.beyond < 8)
    fact.words = fact.words.substr(0, fact.words.rfind(','));
  return BadPointer{fact.id, std::move(fact.words), {}, std::nullopt};
}

// KASAN reads the shadow of an address before the address itself (inline instrumentation): the fault is in the shadow.
std::optional<BadPointer> in_shadow(const Report& r) {
  const auto shadow = shadow_of(r);
  if (!shadow) return std::nullopt;
  if (const auto origin = origin_of(r, *shadow)) {
    auto out = held(r, *origin->reg);
    if (out.id == AddressClass::null && shadow->address < 0x1000 && shadow->address >= 8)
      out.id = AddressClass::null_offset, out.words = "NULL plus " + hex(shadow->address);
    return out;
  }
  return of_shadow(r, shadow->address);
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

// NULL with an index is an array off NULL, with a displacement a member.
void refine_null(const Report& r, BadPointer& out) {
  if (out.id != AddressClass::null && out.id != AddressClass::null_offset) return;
  const auto& site = r.site;
  const auto effective = site.effective_address ? site.effective_address : r.fault.address;
  if (!effective || !out.value || *out.value != 0) return;
  if (site.index_value && *site.index_value != 0) {
    out.id = AddressClass::null_array;
    out.words = "element " + hex(*site.index_value) + " of an array at NULL";
  } else if (*effective != 0) {
    out.id = AddressClass::null_offset;
    const auto below = 0 - *effective;
    out.words = below < *effective ? "NULL minus " + hex(below) : "NULL plus " + hex(*effective);
  }
}

// The base register of the memory operand, or its index where that is what carries no sense.
std::optional<BadPointer> in_operand(const Report& r) {
  const auto& site = r.site;
  if (site.base_register.empty() || !site.base_value || (r.fault.address && !site.agrees_with_fault_address))
    return std::nullopt;
  // Without an address the CPU refused the sum for being none: a canonical sum is not what was wrong.
  const auto top = static_cast<std::int64_t>(site.effective_address.value_or(0)) >> 47;
  if (!r.fault.address && (top == 0 || top == -1)) return std::nullopt;
  BadPointer out = held(r, {site.base_register, *site.base_value, r.arch ? r.arch->bits : 64});
  const auto sum = address_fact(site.effective_address.value_or(*site.base_value), r.arch);
  const bool index_bad =
      site.index_value && is_bad(address_fact(*site.index_value, r.arch).id) && *site.index_value >= 0x10000;
  if (!is_bad(out.id) && index_bad) return BadPointer{sum.id, sum.words, site.index_register, site.index_value};
  // A small value, or one of the user's half, beside a kernel address (vmemmap, a direct map) is a wrong offset, no
  // pointer of its own.
  const bool table = site.displacement > 0x1000000 || site.displacement < -0x1000000;  // table(,%rdx,8)
  const bool offset = (table || (site.index_value && *site.index_value != 0)) &&
                      (out.id == AddressClass::user || out.id == AddressClass::null_offset);
  if (!is_bad(out.id) || offset) out.id = sum.id, out.words = sum.words;
  if (out.id == AddressClass::user && in_kernel_half(r, *out.value))
    out.id = AddressClass::kernel, out.words = "a kernel address";
  refine_null(r, out);
  return out;
}

// A double fault: the CPU could not push an exception's frame. A stack pointer that is none, one that has reached the
// end of its page, or the stack's own page has gone (v6.1 arch/x86/kernel/traps.c exc_double_fault).
std::optional<BadPointer> in_stack_pointer(const Report& r) {
  constexpr std::uint64_t page = 4096, frame = 64;
  const auto* sp = r.arch ? r.reg(r.arch->sp) : nullptr;
  if (!sp || !r.has(Trait::bad_stack)) return std::nullopt;
  auto out = held(r, *sp);
  if (!in_kernel_half(r, sp->value)) return is_bad(out.id) ? std::optional(out) : std::nullopt;
  const auto* address = r.reg(r.arch->fault_address);
  if (!address || sp->value - address->value > frame) return std::nullopt;
  if (address->value / page == sp->value / page) {
    const auto fact = address_fact(address->value, r.arch);
    return BadPointer{fact.id, "the stack's own page, at " + hex(address->value) + ", is not there", {}, std::nullopt};
  }
  out.id = AddressClass::guard_page, out.words = "the end of the kernel stack: the stack ran over";
  return out;
}

}  // namespace

std::optional<BadPointer> bad_pointer(const Report& r) {
  if (r.has(Trait::bad_pc)) return executed(r);
  if (!r.has(Trait::bad_pointer | Trait::maybe_bad_pointer)) return std::nullopt;
  for (const auto ask : {guard_page, executed, called, in_shadow, in_stack_pointer, in_operand, in_kasan_range})
    if (auto answer = ask(r)) return answer;
  if (!r.fault.address) return std::nullopt;
  auto fact = address_fact(*r.fault.address, r.arch);
  if (fact.id == AddressClass::user && in_kernel_half(r, *r.fault.address))
    fact.id = AddressClass::kernel, fact.words = "a kernel address";
  return BadPointer{fact.id, std::move(fact.words), {}, std::nullopt};
}

}  // namespace unoops::explain
