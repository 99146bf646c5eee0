#include "inspect/describe.hpp"

#include <algorithm>

#include "base/hex.hpp"
#include "base/text.hpp"
#include "inspect/jump_targets.hpp"
#include "inspect/shadow_origin.hpp"
#include "report/questions.hpp"

namespace unoops::inspect {
namespace {

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

// A thunk's own instructions only bring the call about (v6.1 arch/x86/lib/retpoline.S).
bool in_thunk(const Scene& scene) { return scene.pc && !scene.isa.thunk_register(scene.pc->symbol).empty(); }

Operation operation_of(const Scene& scene, const Insn& insn, const MemoryAccess* access) {
  if (in_thunk(scene)) return Operation::call;
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
  if (insn.divisor != no_reg) return Operation::divide;
  if (!access) return Operation::none;
  if (access->read && access->write) return Operation::read_write;
  return access->write ? Operation::store : Operation::load;
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

struct RegisterName {
  std::string_view in_code, in_log;
};

// The registers of the log as instructions spell them.
std::vector<RegisterName> register_names(const Scene& scene) {
  std::vector<RegisterName> out;
  for (const auto& r : scene.report.registers) {
    const Reg reg = register_by_log_name(scene.isa, r.name);
    out.push_back({reg == no_reg ? std::string_view(r.name) : scene.isa.name(reg), r.name});  // "CR4" has no number
  }
  return out;
}

// Those that an instruction names in their full width: %eax is half of a register, and holds no pointer.
std::vector<std::string> registers_of(const Decoded& decoded, const std::vector<RegisterName>& names) {
  std::vector<std::string> out;
  if (decoded.registers.empty()) return out;
  for (const auto& name : names)
    if (std::ranges::any_of(decoded.registers, [&](const auto& r) { return equal_ignoring_case(r, name.in_code); }))
      out.emplace_back(name.in_log);
  return out;
}

void list_instructions(Scene& scene) {
  const auto names = register_names(scene);
  for (std::size_t i = 0; i < scene.window.size(); ++i) {
    const Decoded& d = scene.window[i];
    Instruction out;
    out.offset = d.insn.address - scene.base;
    if (scene.function) out.function_offset = static_cast<std::int64_t>(d.insn.address - *scene.function);
    const auto begin = scene.bytes.begin() + static_cast<std::ptrdiff_t>(out.offset);
    out.bytes.assign(begin, begin + d.insn.size);
    out.text = text_with_target(scene, d);
    out.registers = registers_of(d, names);
    out.faulting = scene.fault == i;
    scene.report.site.instructions.push_back(std::move(out));
  }
}

// A register's value as the instruction uses it.
Operand operand(const Scene& scene, Reg reg, unsigned size) {
  Operand out{scene.log_name(reg), scene.reg(reg)};
  if (out.value && size < 8) *out.value &= (1ULL << size * 8) - 1;
  return out;
}

std::optional<Operand> callee_of(const Scene& scene) {
  if (in_thunk(scene))
    if (const Reg reg = register_by_log_name(scene.isa, scene.isa.thunk_register(scene.pc->symbol)); reg != no_reg)
      return operand(scene, reg, scene.isa.word);
  const Insn* insn = scene.faulting();
  if (!insn || (insn->callee == no_reg && !insn->callee_mem)) return std::nullopt;
  return operand(scene, insn->callee, scene.isa.word);
}

std::optional<Operand> divisor_of(const Scene& scene) {
  const Insn* insn = scene.faulting();
  if (!insn || (insn->divisor == no_reg && !insn->divisor_mem)) return std::nullopt;
  return operand(scene, insn->divisor, insn->divisor_size);
}

void describe_operand(Scene& scene, const MemoryAccess& access) {
  FaultSite& site = scene.report.site;
  const Fault& fault = scene.report.fault;
  const Mem& mem = access.mem;
  site.access_size = access.size;
  const bool both = access.read && access.write;
  site.is_write = both && fault.access != Access::unknown ? fault.access == Access::write : access.write;
  const Reg shown = mem.base != no_reg ? mem.base : mem.index;
  if (shown != no_reg) {
    site.base_register = scene.log_name(shown);
    site.base_value = scene.reg(shown);
  }
  if (mem.base != no_reg && mem.index != no_reg) {
    site.index_register = scene.log_name(mem.index);
    if (const auto value = scene.reg(mem.index))
      site.index_value = *value * static_cast<std::uint64_t>(mem.scale) & scene.mask();
  }
  if (mem.per_cpu && mem.index == no_reg) {
    site.index_register = scene.arch.per_cpu_base;
    site.index_value = scene.per_cpu_base();
  }
  site.displacement = mem.disp;
  site.effective_address = scene.effective(mem);
}

// Does the memory operand's address agree with the one that the kernel prints?
void compare_addresses(Scene& scene, const MemoryAccess& access) {
  FaultSite& site = scene.report.site;
  const auto& told = scene.report.fault.address;
  if (!site.effective_address) return;
  if (!told) {
    site.agrees_with_fault_address = non_canonical(scene.arch.info, *site.effective_address);
    return;
  }
  site.agrees_with_fault_address = agrees(scene, access, *site.effective_address, *told);
  if (site.agrees_with_fault_address || !bus_error(scene.report).empty()) return;
  const std::string name = scene.report.arch && !scene.report.arch->fault_address.empty()
                               ? std::string(scene.report.arch->fault_address)
                               : "the fault address";
  site.doubts.push_back("the memory operand is " + hex(*site.effective_address) + ", " + name + " says " + hex(*told));
}

}  // namespace

void describe(Scene& scene) {
  step_back(scene);
  list_instructions(scene);
  FaultSite& site = scene.report.site;
  site.callee = callee_of(scene);
  site.divisor = divisor_of(scene);
  const Insn* insn = scene.faulting();
  if (!insn) {
    if (executed_bad_address(scene.report)) site.operation = Operation::execute;
    return;
  }
  const MemoryAccess* access = faulting_access(scene);
  site.operation = operation_of(scene, *insn, access);
  if (!access) return;
  describe_operand(scene, *access);
  compare_addresses(scene, *access);
  if (site.operation == Operation::load) site.shadow = shadow_origin(scene, *access);
}

}  // namespace unoops::inspect
