#include "inspect/sightings.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "arch/system_call.hpp"
#include "base/hex.hpp"
#include "base/limits.hpp"
#include "facts/addresses.hpp"
#include "inspect/bad_pointer.hpp"
#include "inspect/naming.hpp"

namespace unoops::inspect {
namespace {

constexpr std::uint64_t largest_stack = 0x4000;

void add(Report& r, Sight what, std::string_view name = {}, int number = 0) {
  r.site.sightings.push_back({what, std::string(name), number});
}

// Does the instruction at `at` read its pointer from what lies above the stack pointer, by registers that still hold
// the same?
bool reads_stack(const Scene& scene, std::size_t at, const Mem& mem) {
  const auto sp = scene.reg(scene.isa.sp), address = scene.effective(mem);
  if (!sp || !address || *address - *sp >= largest_stack) return false;
  for (std::size_t i = at + 1; i < *scene.fault; ++i)
    if (mem.base != scene.isa.sp && scene.window[i].insn.writes(mem.base)) return false;
  return true;
}

// The instruction that gave the faulting one its pointer, in a straight line before it.
bool from_stack(const Scene& scene) {
  const auto* access = scene.faulting() ? faulting_access(scene) : nullptr;
  if (!access || access->mem.base == no_reg || access->mem.base == scene.isa.sp) return false;
  for (std::size_t i = *scene.fault; i-- > 0;) {
    const Insn& insn = scene.window[i].insn;
    if (insn.flow != Flow::next) return false;
    for (const auto& e : insn.effects)
      if (e.dst == access->mem.base)
        return e.verb == Verb::load && e.mem.index == no_reg && reads_stack(scene, i, e.mem);
  }
  return false;
}

// Smaller numbers stand in code for many reasons.
constexpr std::uint64_t smallest_telling = 1ULL << 32;

bool holds(const Insn& insn, std::uint64_t value, std::uint64_t mask) {
  return value >= smallest_telling && std::ranges::any_of(insn.effects, [&](const Effect& e) {
           const bool immediate = e.verb == Verb::constant || (e.verb == Verb::store && e.a == no_reg);
           return immediate && e.size >= 8 && (static_cast<std::uint64_t>(e.imm) & mask) == value;
         });
}

// The number of a system call's argument, from 0; nullopt: it is none of them.
std::optional<int> argument_with(const Report& r, std::uint64_t value) {
  const auto entered = entered_call(r);
  if (!entered) return std::nullopt;
  const auto at = std::ranges::find(entered->arguments, value);
  if (at == entered->arguments.end()) return std::nullopt;
  return static_cast<int>(at - entered->arguments.begin());
}

void see_argument(Report& r, std::uint64_t value) {
  const auto number = argument_with(r, value);
  if (!number) return;
  const auto& named = r.site.call_parameters;
  const bool known = static_cast<std::size_t>(*number) < named.size();
  add(r, Sight::call_argument, known ? named[static_cast<std::size_t>(*number)].first : std::string(), *number);
}

bool is_memory(AddressClass id) {
  return id == AddressClass::kernel || id == AddressClass::module || id == AddressClass::text;
}

// Lower bits differ between neighbours of one array, or one variable of two CPUs; above 4 GiB only by chance.
constexpr int lowest_telling_bit = 32;

// The register that holds the pointer, where no code tells it: the one that lies next below the fault's address.
std::uint64_t likely_pointer(const Report& r) {
  const auto& address = r.fault.address;
  std::uint64_t best = r.site.bad_pointer.value.value_or(0);
  if (r.site.bad_pointer.value || !address) return best;
  for (const auto& reg : r.registers)
    if (reg.name != r.arch->fault_address && *address - reg.value < limits::near_null && reg.value > best)
      best = reg.value;
  return best;
}

void see_flipped(Report& r) {
  const auto& id = r.site.bad_pointer.address_class;
  if (!r.arch || r.arch->bits != 64 || (id != AddressClass::kernel && id != AddressClass::non_canonical)) return;
  const auto value = likely_pointer(r);
  for (const auto& reg : r.registers) {
    const auto difference = reg.value ^ value;
    if (std::popcount(difference) != 1 || std::countr_zero(difference) < lowest_telling_bit) continue;
    const auto& control = r.arch->control_registers;
    if (std::ranges::find(control, reg.name) != control.end() || reg.name == r.arch->fault_address ||
        !is_memory(address_fact(reg.value, r.arch).id) ||
        (r.arch->page_size != 0 && reg.value % r.arch->page_size == 0))
      continue;
    return add(r, Sight::flipped_bit, reg.name, std::countr_zero(difference));
  }
}

// "PGD 1000067 P4D 1000067 PUD 11b2067 PMD 11b3067 PTE 0"   v6.1 arch/x86/mm/fault.c dump_pagetable
// "[ffff80000a4d5000] pgd=..., p4d=..., pud=..., pmd=..., pte=0000000000000000"   arch/arm64/mm/fault.c show_pte
// "[bf0a1000] *pgd=8e91c835, *pte=00000000, *ppte=00000000"   arch/arm/mm/fault.c show_pte
std::optional<std::uint64_t> page_entry(const Report& r) {
  for (const auto& line : r.messages)
    for (const std::string_view name : {" PTE ", " *pte=", " pte="})
      if (const auto value = value_behind(line, name)) return value;
  return std::nullopt;
}

void see_lost_page(Report& r, std::uint64_t address) {
  const auto& bad = r.site.bad_pointer;
  const auto page = r.arch->page_size;
  const auto* sp = r.reg(r.arch->sp);
  if (page == 0 || (sp && address / page - (sp->value / page - 4) < 8)) return;  // the stack's own guard page
  if (bad.value && *bad.value / page != address / page && is_memory(address_fact(*bad.value, r.arch).id)) {
    if (address - *bad.value < largest_stack) add(r, Sight::page_beyond);
    return;
  }
  add(r, Sight::lost_page, "PTE");
}

// An empty entry in a page table that is there: the direct map has none of these.
void see_page(Report& r) {
  const auto& id = r.site.bad_pointer.address_class;
  if (!r.arch || !r.fault.address || !is_memory(id) || id == AddressClass::text || r.has(Trait::stack_overflow)) return;
  const auto entry = page_entry(r);
  if (!entry) return;
  if (*entry == 0 && id == AddressClass::module && !r.modules_unloaded.empty())
    return add(r, Sight::unloaded_module, r.modules_unloaded);
  if (*entry == 0) return see_lost_page(r, *r.fault.address);
  const auto* arch = arch::row_of(r.arch);
  if (arch && arch->page_entry.is_code(*entry)) add(r, Sight::program_code, hex(*entry));
}

}  // namespace

bool may_be_constant(const BadPointer& bad) {
  switch (bad.address_class) {
    case AddressClass::ascii:
    case AddressClass::non_canonical:
    case AddressClass::user:
    case AddressClass::unknown:
      return true;
    case AddressClass::poison:
      return bad.note.find("POISON") == std::string::npos;
    default:
      return false;
  }
}

void see_stack_variable(const Scene& scene) {
  if (from_stack(scene)) add(scene.report, Sight::stack_variable);
}

void see_constant(const Scene& scene) {
  const auto bad = bad_pointer(scene.report);
  const bool held = bad.value && may_be_constant(bad) && std::ranges::any_of(scene.window, [&](const Decoded& d) {
                      return holds(d.insn, *bad.value, scene.mask());
                    });
  if (held) add(scene.report, Sight::constant);
}

void see_elsewhere(Report& r) {
  const auto value = r.site.bad_pointer.value ? r.site.bad_pointer.value : r.fault.address;
  if (!value || r.site.bad_pointer.address_class == AddressClass::none) return;
  if (r.site.bad_pointer.address_class == AddressClass::user) see_argument(r, *value);
  see_flipped(r);
  see_page(r);
}

std::string embedded_below_null(Type object, std::optional<std::uint64_t> value, unsigned word) {
  constexpr std::uint64_t farthest = 4095;  // include/linux/err.h MAX_ERRNO: beyond that nobody thinks of an error
  if (!value) return {};
  const auto distance = (0 - *value) & (word == 8 ? ~0ULL : 0xffffffffULL);
  if (distance < word || distance > farthest) return {};
  return embedded_member(object, distance);
}

// A constant in the code of a function that was looked at; numbers of 32 bits only where the register is known to hold
// it.
void Namer::see_constant(const Scene& scene) {
  const auto bad = bad_pointer(report_);
  if (!bad.value || !may_be_constant(bad)) return;
  const Reg holder = register_by_log_name(scene.isa, bad.held_in);
  const auto same = [&](std::int64_t number) {
    return (static_cast<std::uint64_t>(number) & scene.mask()) == *bad.value;
  };
  for (auto& s : subjects_) {
    if (!s.flow->ready()) continue;
    const bool wide =
        std::ranges::any_of(s.flow->insns(), [&](const Insn& insn) { return holds(insn, *bad.value, scene.mask()); });
    const auto held = holder >= 0 && s.flow->at(scene.origin) && s.address == scene.origin
                          ? s.flow->before(scene.origin).regs[holder].constant()
                          : std::nullopt;
    if (wide || (held && same(*held))) return add(report_, Sight::constant, s.function.symbol);
  }
}

// The pointer is a symbol's address, by the relocation of the instruction that loads it.
void Namer::see_symbol(const Scene& scene, Subject& subject) {
  const auto* access = scene.faulting() ? faulting_access(scene) : nullptr;
  if (!access || access->mem.base < 0 || !subject.program || !subject.flow->at(scene.origin)) return;
  const auto bad = bad_pointer(report_);
  if (!is_memory(bad.address_class)) return;
  const auto number = subject.flow->before(scene.origin).regs[access->mem.base].constant();
  const auto place = number ? subject.program->symbol_at(static_cast<std::uint64_t>(*number)) : std::nullopt;
  if (!place) return;
  add(report_, Sight::symbol, place->symbol + (place->offset ? "+" + hex(place->offset) : std::string()));
}

}  // namespace unoops::inspect
