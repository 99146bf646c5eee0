#include "arch/system_call.hpp"

#include <algorithm>

#include "arch/arch.hpp"

namespace unoops::arch {
namespace {

std::optional<std::uint64_t> user_register(const Report& r, std::string_view name) {
  const auto at = std::ranges::find(r.user_registers, name, &Register::name);
  return at == r.user_registers.end() ? std::nullopt : std::optional(at->value);
}

bool is_compat(const Report& r, const SystemCallRegisters& entry) {
  if (!entry.compat_register.empty() && user_register(r, entry.compat_register) == entry.compat_value) return true;
  const auto enters = [&](const Frame& frame) {
    return std::ranges::any_of(entry.compat_entries,
                               [&](std::string_view name) { return frame.ref.symbol.starts_with(name); });
  };
  return std::ranges::any_of(r.stacks, [&](const Stack& stack) { return std::ranges::any_of(stack.frames, enters); });
}

}  // namespace

std::optional<EnteredCall> entered_call(const Report& r) {
  const Arch* arch = row_of(r.arch);
  if (!arch || arch->system_call.number.empty()) return std::nullopt;
  const auto& entry = arch->system_call;
  if (is_compat(r, entry)) return std::nullopt;
  const auto number = user_register(r, entry.number);
  const auto call = number ? find_system_call(entry.table, *number) : std::nullopt;
  if (!call) return std::nullopt;
  EnteredCall out{*call, {}};
  const auto count = std::min(static_cast<std::size_t>(call->arguments), entry.arguments.size());
  for (const auto name : entry.arguments.first(count)) {
    const auto value = user_register(r, name);
    if (!value) return EnteredCall{*call, {}};
    out.arguments.push_back(*value);
  }
  return out;
}

}  // namespace unoops::arch
