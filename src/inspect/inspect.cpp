#include "inspect/inspect.hpp"

#include <algorithm>
#include <string>

#include "arch/arch.hpp"
#include "debuginfo/debug_file.hpp"
#include "inspect/bad_pointer.hpp"
#include "inspect/describe.hpp"
#include "inspect/jump_targets.hpp"
#include "inspect/naming.hpp"
#include "inspect/scene.hpp"
#include "inspect/sightings.hpp"
#include "inspect/stack_use.hpp"
#include "inspect/taken_locks.hpp"
#include "machine/capstone.hpp"
#include "report/questions.hpp"

namespace unoops::inspect {
namespace {

// Without symbols addresses are counted from an arbitrary place; it only must not be near 0.
constexpr std::uint64_t nowhere = 0x10000000;

std::vector<std::uint64_t> boundaries(const Subject* subject) {
  std::vector<std::uint64_t> out;
  if (subject)
    for (const auto& insn : subject->flow->insns()) out.push_back(insn.address);
  return out;
}

// The file that holds code of the report's.
ElfFile* file_of(const Report& report, FileStore* files) {
  for (const auto& stack : report.stacks)
    for (const auto& frame : stack.frames) {
      const auto view = !files || frame.ref.symbol.empty() ? std::nullopt : code_view(*files, frame.ref);
      if (view && view->file->elf().arch()) return &view->file->elf();
    }
  return nullptr;
}

// A report without registers tells no architecture, and not how wide its words are: the file that its frames are in does.
const Arch* arch_of(const Report& report, FileStore* files) {
  if (report.arch) return row_of(report.arch);
  ElfFile* file = file_of(report, files);
  return file ? file->arch() : nullptr;
}

bool has_32_bits(const Report& report, FileStore* files) {
  if (!report.registers.empty())
    return std::ranges::all_of(report.registers, [](const Register& r) { return r.bits == 32; });
  ElfFile* file = file_of(report, files);
  return file && !file->is_64();
}

const Isa* isa_of(const Arch& arch, const Report& report, FileStore* files) {
  if (arch.isa_32 && has_32_bits(report, files)) return arch.isa_32;
  return report.code.unit == 2 && arch.compact_isa ? arch.compact_isa : arch.isa;
}

// The bytes around the fault: the log's, or those of the file.
void choose_bytes(Scene& scene, const Subject* subject) {
  const Code& code = scene.report.code;
  if (!code.bytes.empty() && code.fault_offset) {
    scene.bytes = code.bytes;
    scene.base = scene.origin - *code.fault_offset;
    return;
  }
  if (!subject || !subject->flow->at(scene.origin)) return;
  constexpr std::uint64_t before = 42, all = 64;  // as many as the kernel prints
  const std::uint64_t start = subject->function.start, offset = scene.origin - start;
  const std::uint64_t from = offset > before ? offset - before : 0;
  scene.bytes =
      subject->function.bytes.subspan(from, std::min<std::uint64_t>(all, subject->function.bytes.size() - from));
  scene.base = start + from;
  scene.report.site.doubts.push_back("the log has no Code bytes: the instructions are those of the file");
}

// Several functions of that name and size: their answers count only if they are one.
void name_ambiguous(const Scene& scene, Namer& namer, const std::vector<Subject*>& subjects) {
  auto& cause = scene.report.site.cause;
  const auto first = cause;
  for (std::size_t i = 1; i < subjects.size() && first; ++i) {
    Scene other{scene.report,
                scene.arch,
                scene.isa,
                scene.disassembler,
                scene.pc,
                subjects[i]->address,
                subjects[i]->function.start};
    choose_bytes(other, subjects[i]);
    decode_window(other, boundaries(subjects[i]));
    cause.reset();
    namer.name_fault(other, *subjects[i]);
    const bool same =
        cause && cause->expression == first->expression && cause->type == first->type && cause->member == first->member;
    if (!same) return cause.reset();
    cause->confidence = Confidence::likely;
  }
}

bool has_code(const Report& report) { return !report.code.bytes.empty() && report.code.fault_offset; }

// The instruction at the pc, and by it and the registers the pointer.
void name_at_pc(Report& report, const Arch& arch, const Disassembler& disassembler, Namer& namer) {
  const Isa& isa = disassembler.isa();
  const Frame* pc = own_pc(report);
  const bool pointer = may_have_bad_pointer(report);
  Scene scene{report, arch, isa, disassembler, pc ? &pc->ref : nullptr, nowhere, std::nullopt};
  if (pointer && executed_bad_address(report)) {
    describe(scene);
    namer.name_call(scene);
    return namer.see_constant(scene);
  }
  const bool thunk = pc && !isa.thunk_register(pc->ref.symbol).empty();
  const auto subjects = pc ? namer.subjects(pc->ref) : std::vector<Subject*>{};
  Subject* subject = subjects.empty() ? nullptr : subjects.front();
  if (subject) {
    scene.origin = subject->address;
    scene.function = subject->function.start;
  } else if (pc && pc->ref.offset && *pc->ref.offset < nowhere) {
    scene.function = nowhere - *pc->ref.offset;
  }
  choose_bytes(scene, subject);
  decode_window(scene, boundaries(subject));
  describe(scene);
  if (subjects.size() == 1) name_targets(scene, *subject);
  if (!pointer || !pc) return;
  if (thunk) return namer.name_call(scene);
  see_stack_variable(scene);
  if (!subject) subject = namer.subject_of_code(scene);
  if (!subject) return see_constant(scene);
  namer.name_fault(scene, *subject);
  if (!report.site.cause && report.site.callee && subjects.size() == 1) namer.name_callee(scene, *subject);
  if (subjects.size() > 1) name_ambiguous(scene, namer, subjects);
  namer.name_registers(scene, *subject);
  namer.note_registers(scene, *subject);
  namer.see_constant(scene);
  namer.see_symbol(scene, *subject);
}

// Instruction, operand and names, where the instruction set is known.
void inspect_code(Report& report, FileStore* files) {
  const Arch* arch = arch_of(report, files);
  const Isa* isa = arch ? isa_of(*arch, report, files) : nullptr;
  if (!isa || (!files && !has_code(report) && !may_have_bad_pointer(report))) return;
  if (const auto& error = machine::capstone().error; !error.empty()) {
    const std::string warning = "the faulting code is not told: " + error;
    if (std::ranges::find(report.warnings, warning) == report.warnings.end()) report.warnings.push_back(warning);
    return;
  }
  const Disassembler disassembler(*isa);
  Namer namer(report, disassembler, files);
  if (files && !may_have_bad_pointer(report)) namer.name_wanted();
  if (!has_code(report) && !may_have_bad_pointer(report)) return;
  namer.name_system_call();
  measure_stack(report, disassembler, files);
  const bool checked = report.has(Trait::compiler_check);
  // Registers and code only where the access was done after the check, and oopsed.
  if (!checked || has_code(report)) name_at_pc(report, *arch, disassembler, namer);
  if (checked && !report.site.cause) namer.name_sanitizer();
  see_taken_locks(report, namer);
  namer.tell_endless();
}

}  // namespace

void inspect_fault(Report& report, FileStore* files) {
  inspect_code(report, files);
  report.site.bad_pointer = bad_pointer(report);
  see_elsewhere(report);
}

}  // namespace unoops::inspect
