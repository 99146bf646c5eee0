#include "explain/origin.hpp"

#include <elf.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "facts/kasan_shadow.hpp"

namespace unoops::explain {
namespace {

// dst = (src + add) >> shift
struct Step {
  std::string_view dst, src;
  std::int64_t add = 0;
  int shift = 0;
};

std::string_view register_word(std::string_view operand) {
  operand = trim(operand);
  if (operand.starts_with('%') || operand.starts_with('$') || operand.starts_with('#')) operand.remove_prefix(1);
  return operand;
}

std::optional<std::int64_t> number(std::string_view text) {
  text = register_word(text);
  const bool negative = text.starts_with('-');
  text.remove_prefix(negative);
  const bool hexadecimal = text.starts_with("0x");
  text.remove_prefix(hexadecimal ? 2 : 0);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return negative ? -value : value;
}

// "lea 0x18(%rbx),%rdi", "mov %rbx,%rdx", "add $0x18,%rdi", "shr $0x3,%rdx"
std::optional<Step> x86_step(std::string_view verb, std::string_view operands) {
  const auto comma = operands.rfind(',');
  if (comma == std::string_view::npos) return std::nullopt;
  if (verb.ends_with('q')) verb.remove_suffix(1);
  const auto from = trim(operands.substr(0, comma)), dst = register_word(operands.substr(comma + 1));
  if (verb == "shr")
    if (const auto by = number(from)) return Step{dst, dst, 0, static_cast<int>(*by)};
  if (verb == "add")
    if (const auto by = number(from)) return Step{dst, dst, *by};
  if (verb == "mov" && from.starts_with('%')) return Step{dst, register_word(from)};
  const auto open = from.find('(');
  if (verb != "lea" || open == std::string_view::npos || !from.ends_with(')') ||
      from.find(',') != std::string_view::npos)
    return std::nullopt;
  const auto displacement = open == 0 ? std::optional<std::int64_t>(0) : number(from.substr(0, open));
  if (!displacement) return std::nullopt;
  return Step{dst, register_word(from.substr(open + 1, from.size() - open - 2)), *displacement};
}

// "lsr x2, x0, #3", "sbfx x16, x0, #4, #0x34", "add x0, x19, #0x18", "mov x0, x19"
std::optional<Step> arm64_step(std::string_view verb, std::string_view operands) {
  std::array<std::string_view, 4> parts{};
  std::size_t count = 0;
  for (std::string_view rest = operands; count < parts.size();) {
    const auto comma = rest.find(',');
    parts[count++] = trim(rest.substr(0, comma));
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (verb == "mov" && count == 2 && parts[1].starts_with('x')) return Step{parts[0], parts[1]};
  const auto by = count >= 3 ? number(parts[2]) : std::nullopt;
  if (by && verb == "sbfx") return Step{parts[0], parts[1], 0, static_cast<int>(*by)};  // __hwasan_check_x0_...
  if (!by || count != 3) return std::nullopt;
  if (verb == "lsr") return Step{parts[0], parts[1], 0, static_cast<int>(*by)};
  if (verb == "add") return Step{parts[0], parts[1], *by};
  return std::nullopt;
}

std::optional<Step> step_of(const Report& r, std::string_view text) {
  const auto blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const auto verb = text.substr(0, blank), operands = trim(text.substr(blank + 1));
  return r.arch->elf_machine == EM_X86_64 ? x86_step(verb, operands) : arm64_step(verb, operands);
}

bool same_register(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

}  // namespace

const Register* register_of(const Report& r, std::string_view name) {
  const auto at = std::ranges::find_if(
      r.registers, [&](const Register& reg) { return same_register(reg.name, register_word(name)); });
  return at == r.registers.end() ? nullptr : &*at;
}

bool in_kernel_half(const Report& r, std::uint64_t value) {
  if (!r.arch) return false;
  if (r.arch->bits == 64) return value >> 63;
  const auto* sp = r.reg(r.arch->sp);
  return value >= std::min<std::uint64_t>(0xc0000000, sp ? sp->value & 0xc0000000 : 0xc0000000) && value >= 0x40000000;
}

std::optional<Shadow> shadow_of(const Report& r) {
  const auto& site = r.site;
  if (!site.effective_address || site.access_size > 16 || site.operation != Operation::load) return std::nullopt;
  const auto *base = find_shadow_offset(r.arch, site.base_value), *index = find_shadow_offset(r.arch, site.index_value);
  const auto* offset = base ? base : index;
  if (!offset) return std::nullopt;
  const auto address = (*site.effective_address - offset->offset) << offset->scale;
  return Shadow{address, base ? std::string_view(site.index_register) : std::string_view(site.base_register),
                offset->scale};
}

std::optional<Origin> origin_of(const Report& r, const Shadow& shadow) {
  const auto& code = r.site.instructions;
  const auto fault = std::ranges::find(code, true, &Instruction::faulting);
  const auto* index = register_of(r, shadow.index);
  if (fault == code.end() || !index) return std::nullopt;
  const auto shifts_to_index = [&](std::uint64_t value) {
    return value >> shadow.scale << 8 == index->value << 8;
  };  // software tags: the top byte may differ
  const Register* found = nullptr;
  std::string_view name = index->name;
  bool shifted = false;
  std::optional<std::uint64_t> before;  // what `name` held before a member's offset was added to it in place
  for (auto at = fault; at != code.begin();) {
    --at;
    const auto step = step_of(r, at->text);
    if (!step) continue;
    const bool in_place = same_register(step->src, step->dst), copies = !step->shift && step->add == 0;
    if (!same_register(step->dst, name)) {
      const auto* copy = before && copies && same_register(step->src, name) ? register_of(r, step->dst) : nullptr;
      if (copy && copy->value == *before) return Origin{copy};
      continue;
    }
    if (step->shift && (shifted || step->shift != shadow.scale)) break;
    shifted |= step->shift != 0;
    name = step->src;
    if (in_place && found) before = before.value_or(found->value) - static_cast<std::uint64_t>(step->add);
    if (in_place && (found || step->shift)) continue;
    const auto* source = register_of(r, step->src);
    if (!source || before) break;
    const auto sum = source->value + static_cast<std::uint64_t>(step->add);
    if (!(found ? sum == found->value : shifted ? shifts_to_index(sum) : sum == index->value))
      break;  // overwritten since
    if (shifted) found = source;
  }
  return found ? std::optional(Origin{found}) : std::nullopt;
}

}  // namespace unoops::explain
