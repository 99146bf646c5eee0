#include "inspect/jump_targets.hpp"

#include <optional>

#include "base/hex.hpp"

namespace unoops::inspect {
namespace {

// "je 0x12" → "je ": all before the last operand, which is the target.
std::string before_target(const Decoded& decoded) {
  const auto operands = decoded.text.find_last_of(" ,");
  return operands == std::string::npos ? decoded.text + " " : decoded.text.substr(0, operands + 1);
}

// The bytes of the function, by its printed size.
bool is_inside(const Scene& scene, std::uint64_t address) {
  return scene.function && scene.pc && scene.pc->size && address - *scene.function < *scene.pc->size;
}

// The file's name for what the instruction leads to; nullopt: there is none, or the log's instruction is another one.
std::optional<std::string> target_name(Subject& subject, const Insn& insn) {
  const Insn* there = subject.flow->at(insn.address);
  if (!there || !there->target || there->size != insn.size || there->flow != insn.flow) return std::nullopt;
  const bool moved_together = *there->target == *insn.target;  // not patched, and in one address space with the target
  const auto reloc =
      there->target_field == 0
          ? std::nullopt
          : subject.program->relocation(there->target_field, there->target_field == there->address ? there->size : 4);
  if (!moved_together && !reloc) return std::nullopt;
  std::string name = subject.flow->callee_name(*there);
  // A call that is patched at run time (include/linux/static_call.h) has another target than the one that it was built with.
  if (name.empty() || name.starts_with("__SCT__")) return std::nullopt;
  return name;
}

bool is_region_jump(const Scene& scene, const Decoded& decoded) {
  return scene.isa.region_jumps && (decoded.text.starts_with("j ") || decoded.text.starts_with("jal "));
}

std::string region_target(const Scene& scene, std::uint64_t target) {
  constexpr std::uint64_t region = 0xfffffff;
  target &= region;
  if (!scene.pc || !scene.pc->address) return hex(target);
  const std::uint64_t address = (*scene.pc->address & ~region & scene.mask()) | target;
  const std::uint64_t start = *scene.pc->address - scene.pc->offset.value_or(0);
  return scene.pc->size && address - start < *scene.pc->size ? scene.pc->symbol + "+" + hex(address - start)
                                                             : hex(address);
}

// From one address to another, the shorter way round.
std::int64_t distance(const Scene& scene, std::uint64_t from, std::uint64_t to) {
  const auto bytes = static_cast<std::int64_t>(to - from);
  return scene.isa.word == 4 ? static_cast<std::int32_t>(bytes) : bytes;
}

}  // namespace

std::string text_with_target(const Scene& scene, const Decoded& decoded) {
  const Insn& insn = decoded.insn;
  if (!insn.target) return decoded.text;
  if (is_region_jump(scene, decoded)) return before_target(decoded) + region_target(scene, *insn.target);
  if (is_inside(scene, *insn.target))
    return before_target(decoded) + scene.pc->symbol + "+" + hex(*insn.target - *scene.function);
  if (scene.pc && scene.pc->address)
    return before_target(decoded) + hex((*scene.pc->address + (*insn.target - scene.origin)) & scene.mask());
  const auto away = distance(scene, insn.address, *insn.target);
  return before_target(decoded) +
         (away < 0 ? ".-" + hex(0 - static_cast<std::uint64_t>(away)) : ".+" + hex(static_cast<std::uint64_t>(away)));
}

void name_targets(Scene& scene, Subject& subject) {
  auto& listed = scene.report.site.instructions;
  if (!subject.program || !subject.flow) return;
  for (std::size_t i = 0; i < scene.window.size() && i < listed.size(); ++i) {
    const Insn& insn = scene.window[i].insn;
    const bool leaves = insn.target && (insn.flow == Flow::call || insn.flow == Flow::jump) &&
                        *insn.target - subject.function.start >= subject.function.bytes.size();
    if (!leaves || is_inside(scene, *insn.target)) continue;
    if (const auto name = target_name(subject, insn)) listed[i].text = before_target(scene.window[i]) + *name;
  }
}

}  // namespace unoops::inspect
