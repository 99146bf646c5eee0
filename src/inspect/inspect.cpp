// Report → FaultSite.
#include <algorithm>

#include "inspect/naming.hpp"
#include "inspect/scene.hpp"
#include "unoops/explainer.hpp"

namespace unoops {
namespace {

using namespace inspection;

// Without symbols addresses are counted from an arbitrary place; it only must not be near 0.
constexpr std::uint64_t nowhere = 0x10000000;

// Kinds whose pc is where the CPU was interrupted, or where the kernel itself gave up: no pointer was bad.
bool has_bad_pointer(const Report& r) {
  static constexpr std::string_view kinds[] = {"null-pointer-dereference", "page-fault", "general-protection-fault", "kasan", "kfence", "alignment-fault", "bus-error"};
  return r.kind && (std::ranges::find(kinds, r.kind->id) != std::end(kinds) || (r.fault.address && r.kind->severity >= Severity::error && !r.registers.empty()));
}

std::vector<std::uint64_t> boundaries(const Subject* subject) {
  std::vector<std::uint64_t> out;
  if (subject)
    for (const auto& insn : subject->flow->insns()) out.push_back(insn.address);
  return out;
}

}  // namespace

void inspect(Report& report, KernelSymbols* symbols) {
  const Isa* isa = report.arch ? find_isa(report.arch->id) : nullptr;
  if (!isa || !report.kind) return;
  const Disassembler disassembler(*isa);
  const Frame* pc = pc_frame(report);
  const bool pointer = has_bad_pointer(report);
  const bool has_code = !report.code.bytes.empty() && report.code.fault_offset;
  if (!has_code && !pointer) return;
  Namer namer(report, disassembler, symbols ? &symbols->impl() : nullptr);
  Scene scene{report, *isa, disassembler, pc ? &pc->ref : nullptr, nowhere, std::nullopt, {}, std::nullopt};
  Subject* subject = pc && (has_code || pointer) ? namer.subject(pc->ref) : nullptr;
  if (subject) {
    scene.origin = subject->address;
    scene.function = subject->function.start;
  } else if (pc && pc->ref.offset && *pc->ref.offset < nowhere) {
    scene.function = nowhere - *pc->ref.offset;
  }
  decode_window(scene, boundaries(subject));
  describe(scene);
  if (!pointer) return;
  if (executed_bad_address(report, *isa)) return namer.name_call(scene);
  if (report.registers.empty() && !has_code) return namer.name_sanitizer();
  if (!subject) subject = namer.subject_of_code(scene);
  if (!subject) return;
  namer.name_fault(scene, *subject);
  namer.note_registers(scene, *subject);
}

}  // namespace unoops
