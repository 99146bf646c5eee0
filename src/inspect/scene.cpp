#include "inspect/scene.hpp"

#include <algorithm>

#include "base/hex.hpp"
#include "report/questions.hpp"
#include "unoops/arch.hpp"

namespace unoops::inspect {
namespace {

// Without boundaries: the alignment from which decoding meets the marked byte, and on which most starts agree
// (x86 code synchronises itself after a few instructions).
std::size_t first_boundary(const Scene& scene, std::span<const std::uint8_t> bytes, std::size_t fault,
                           std::uint64_t first) {
  if (scene.isa.step > 1) return fault % scene.isa.step;
  for (std::size_t start = 0; start < fault; ++start) {
    std::size_t at = start;
    while (at < fault) {
      const auto decoded = scene.disassembler.decode(bytes.subspan(at), first + at, false);
      if (!decoded) break;
      at += decoded->insn.size;
    }
    if (at == fault) return start;
  }
  return fault;
}

bool within(std::uint64_t address, std::uint64_t begin, std::uint64_t size) { return address - begin < size; }

}  // namespace

// The kernel prints the address of the byte that failed, or a part of it: somewhere in the access.
bool agrees(const Scene& scene, const MemoryAccess& access, std::uint64_t effective, std::uint64_t fault) {
  const auto printed = scene.mask() & scene.arch.fault_address_mask;
  return within(fault & printed, effective & printed, std::max(access.size, 1u));
}

namespace {

// No address at all: it raises a fault that tells no address.
bool non_canonical(const Scene& scene, std::uint64_t address) {
  const int bit = scene.arch.info.canonical_bit;
  const auto top = static_cast<std::int64_t>(address) >> bit;
  return bit != 0 && top != 0 && top != -1;
}

// The routines behind copy_from_user and its like: x86 arch/x86/lib/{copy_user_64,getuser,putuser}.S, arm64
// arch/arm64/lib.
bool copies_from_user(const Scene& scene) {
  if (!scene.pc) return false;
  static constexpr std::string_view names[] = {
      "copy_user_",        "__copy_user_",       "rep_movs_alternative", "rep_stos_alternative",  "__get_user_",
      "__put_user_",       "clear_user_",        "__clear_user",         "__arch_copy_from_user", "__arch_copy_to_user",
      "__arch_clear_user", "raw_copy_from_user", "raw_copy_to_user"};
  return std::ranges::any_of(names, [&](std::string_view n) { return scene.pc->symbol.starts_with(n); });
}

Operation operation_of(const Scene& scene, const Insn& insn, const MemoryAccess* access) {
  if (access && copies_from_user(scene)) return Operation::user_copy;
  switch (insn.flow) {
    case Flow::trap:
      return Operation::trap;
    case Flow::call:
    case Flow::indirect_call:
      return Operation::call;
    case Flow::jump:
    case Flow::indirect_jump:
    case Flow::branch:
      return Operation::jump;
    case Flow::ret:
      return Operation::ret;
    case Flow::next:
      break;
  }
  if (insn.string_op)
    return insn.accesses.size() > 1  ? Operation::string_copy
           : access && access->write ? Operation::string_store
                                     : Operation::string_read;
  if (!insn.divisor.empty()) return Operation::divide;
  if (!access) return Operation::none;
  if (access->read && access->write) return Operation::read_write;
  return access->write ? Operation::store : Operation::load;
}

// Direct targets in terms of the function, as the kernel's own scripts print them.
std::string with_target(const Scene& scene, const Decoded& decoded) {
  const Insn& insn = decoded.insn;
  if (!insn.target) return decoded.text;
  const std::string mnemonic = decoded.text.substr(0, decoded.text.find(' '));
  const auto operands = decoded.text.find_last_of(" ,");
  const std::string head = operands == std::string::npos ? mnemonic + " " : decoded.text.substr(0, operands + 1);
  const std::uint64_t size = scene.pc && scene.pc->size ? *scene.pc->size : 0;
  if (scene.function && within(*insn.target, *scene.function, size)) {
    const std::uint64_t offset = *insn.target - *scene.function;
    return head + scene.pc->symbol + "+" + hex(offset);
  }
  const auto distance = static_cast<std::int64_t>(*insn.target - insn.address);
  return head + (distance < 0 ? ".-" + hex(static_cast<std::uint64_t>(-distance))
                              : ".+" + hex(static_cast<std::uint64_t>(distance)));
}

}  // namespace

std::optional<std::uint64_t> Scene::reg(Reg wanted) const {
  for (const auto& r : report.registers)
    if (register_by_log_name(isa, r.name) == wanted) return r.value;
  return std::nullopt;
}

std::string Scene::log_name(Reg wanted) const {
  for (const auto& r : report.registers)
    if (register_by_log_name(isa, r.name) == wanted) return r.name;
  return {};
}

std::optional<std::uint64_t> Scene::per_cpu_base() const {
  const auto* start = arch.per_cpu_base.empty() ? nullptr : report.reg(arch.per_cpu_base);
  return start && start->value >> 63 ? std::optional(start->value) : std::nullopt;
}

std::optional<std::uint64_t> Scene::effective(const Mem& mem) const {
  const auto per_cpu = mem.per_cpu ? per_cpu_base() : std::optional<std::uint64_t>(0);
  if (!per_cpu || (isa.pc_relative(mem) && mem.field != 0)) return std::nullopt;
  std::uint64_t sum = *per_cpu + static_cast<std::uint64_t>(mem.disp);
  if (mem.base != no_reg) {
    const auto value = reg(mem.base);
    if (!value) return std::nullopt;
    sum += *value;
  }
  if (mem.index != no_reg) {
    const auto value = reg(mem.index);
    if (!value) return std::nullopt;
    sum += *value * static_cast<std::uint64_t>(mem.scale);
  }
  return sum & mask();
}

bool executed_bad_address(const Report& report, const Isa&) {
  const Frame* pc = own_pc(report);
  if (!pc) return false;
  if (pc->ref.symbol.empty()) return true;
  return report.fault.access == Access::execute && report.code.bytes.empty();
}

void decode_window(Scene& scene, const std::vector<std::uint64_t>& boundaries) {
  const auto bytes = scene.bytes;
  if (bytes.empty() || !scene.disassembler.usable()) return;
  const std::uint64_t first = scene.base;
  const std::size_t fault = scene.origin - first;
  std::size_t at;
  const auto known =
      std::ranges::find_if(boundaries, [first](std::uint64_t b) { return static_cast<std::int64_t>(b - first) >= 0; });
  if (known != boundaries.end() && *known <= scene.origin)
    at = *known - first;
  else if (scene.function && *scene.function >= first && *scene.function <= scene.origin)
    at = *scene.function - first;
  else
    at = first_boundary(scene, bytes, fault, first);
  while (at < bytes.size()) {
    // an instruction never runs over the marked byte: it would be misread
    const std::size_t room = at < fault ? fault - at : bytes.size() - at;
    auto decoded = scene.disassembler.decode(bytes.subspan(at, room), first + at, true);
    if (!decoded) {
      if (at >= fault) break;
      at += scene.isa.step;
      continue;
    }
    if (at == fault) scene.fault = scene.window.size();
    at += decoded->insn.size;
    scene.window.push_back(std::move(*decoded));
  }
}

const MemoryAccess* faulting_access(const Scene& scene) {
  const Insn* insn = scene.faulting();
  if (!insn || insn->accesses.empty()) return nullptr;
  const Fault& fault = scene.report.fault;
  if (fault.address)
    for (const auto& a : insn->accesses)
      if (const auto ea = scene.effective(a.mem); ea && agrees(scene, a, *ea, *fault.address)) return &a;
  if (!fault.address)
    for (const auto& a : insn->accesses)
      if (const auto ea = scene.effective(a.mem); ea && non_canonical(scene, *ea)) return &a;
  for (const auto& a : insn->accesses)
    if ((fault.access == Access::write && a.write) || (fault.access == Access::read && a.read)) return &a;
  return &insn->accesses.front();
}

// A kernel that steps over an instruction before it finds that it can't emulate it prints the pc of the next one.
void step_back(Scene& scene) {
  const auto& address = scene.report.fault.address;
  const Insn* insn = scene.faulting();
  if (!scene.report.has(Trait::emulated) || !scene.arch.alignment_pc_is_behind || !address || !insn ||
      !insn->accesses.empty() || scene.fault == 0u)
    return;
  const auto& before = scene.window[*scene.fault - 1].insn.accesses;
  if (std::ranges::any_of(before, [&](const MemoryAccess& a) { return scene.effective(a.mem) == address; }))
    --*scene.fault;
}

void describe(Scene& scene) {
  step_back(scene);
  FaultSite& site = scene.report.site;
  for (std::size_t i = 0; i < scene.window.size(); ++i) {
    const Decoded& d = scene.window[i];
    Instruction out;
    out.offset = d.insn.address - scene.base;
    if (scene.function) out.function_offset = static_cast<std::int64_t>(d.insn.address - *scene.function);
    const auto begin = scene.bytes.begin() + static_cast<std::ptrdiff_t>(out.offset);
    out.bytes.assign(begin, begin + d.insn.size);
    out.text = with_target(scene, d);
    out.faulting = scene.fault == i;
    site.instructions.push_back(std::move(out));
  }
  const Insn* insn = scene.faulting();
  if (!insn) {
    if (executed_bad_address(scene.report, scene.isa)) site.operation = Operation::execute;
    return;
  }
  const MemoryAccess* access = faulting_access(scene);
  site.operation = operation_of(scene, *insn, access);
  if (!access) return;
  site.access_size = access->size;
  const Fault& fault = scene.report.fault;
  const bool both = access->read && access->write;
  site.is_write = both && fault.access != Access::unknown ? fault.access == Access::write : access->write;
  const Reg shown = access->mem.base != no_reg ? access->mem.base : access->mem.index;
  if (shown != no_reg) {
    site.base_register = scene.log_name(shown);
    site.base_value = scene.reg(shown);
  }
  if (access->mem.base != no_reg && access->mem.index != no_reg) {
    site.index_register = scene.log_name(access->mem.index);
    if (const auto value = scene.reg(access->mem.index))
      site.index_value = *value * static_cast<std::uint64_t>(access->mem.scale) & scene.mask();
  }
  if (access->mem.per_cpu && access->mem.index == no_reg) {
    site.index_register = scene.arch.per_cpu_base;
    site.index_value = scene.per_cpu_base();
  }
  site.displacement = access->mem.disp;
  site.effective_address = scene.effective(access->mem);
  if (!site.effective_address) return;
  if (fault.address) {
    site.agrees_with_fault_address = agrees(scene, *access, *site.effective_address, *fault.address);
    if (!site.agrees_with_fault_address) {
      const std::string name = scene.report.arch && !scene.report.arch->fault_address.empty()
                                   ? std::string(scene.report.arch->fault_address)
                                   : "the fault address";
      site.doubts.push_back("the memory operand is " + hex(*site.effective_address) + ", " + name + " says " +
                            hex(*fault.address));
    }
  } else {
    site.agrees_with_fault_address = non_canonical(scene, *site.effective_address);
  }
}

}  // namespace unoops::inspect
