#include "arch/system_call.hpp"

#include <algorithm>

#include "arch/arch.hpp"
#include "report/questions.hpp"

namespace unoops::arch {
namespace {

std::optional<std::uint64_t> user_register(const Report& r, std::string_view name) {
  const auto at = std::ranges::find(r.user_registers, name, &Register::name);
  return at == r.user_registers.end() ? std::nullopt : std::optional(at->value);
}

// Has a trace of the CPU that reports a function whose name begins so?
bool calls_any(const Report& r, std::span<const std::string_view> names) {
  const auto called = [&](const Frame& frame) {
    return std::ranges::any_of(names, [&](std::string_view name) { return frame.ref.symbol.starts_with(name); });
  };
  return std::ranges::any_of(r.stacks, [&](const Stack& stack) { return std::ranges::any_of(stack.frames, called); });
}

bool is_compat(const Report& r, const SystemCallRegisters& entry) {
  return (!entry.compat_register.empty() && user_register(r, entry.compat_register) == entry.compat_value) ||
         calls_any(r, entry.compat_entries);
}

// By the outermost function of the trace that is called like one: "__ia32_sys_write".
std::optional<SystemCall> named_call(const Report& r, std::span<const std::string_view> functions) {
  const auto* trace = own_trace(r);
  if (!trace) return std::nullopt;
  for (auto frame = trace->frames.rbegin(); frame != trace->frames.rend(); ++frame)
    for (const auto start : functions)
      if (frame->reliable && frame->ref.symbol.starts_with(start))
        return find_system_call(std::string_view(frame->ref.symbol).substr(start.size()));
  return std::nullopt;
}

std::optional<SystemCall> call_of(const Report& r, const SystemCallRegisters& entry,
                                  const SystemCallConvention& convention) {
  if (convention.number.empty()) return named_call(r, entry.functions);
  const auto number = user_register(r, convention.number);
  return number ? find_system_call(convention.table, *number) : std::nullopt;
}

}  // namespace

std::optional<EnteredCall> entered_call(const Report& r) {
  const Arch* arch = row_of(r.arch);
  if (!arch || arch->system_call.call.arguments.empty()) return std::nullopt;
  const auto& entry = arch->system_call;
  const bool compat = is_compat(r, entry);
  const auto& convention = compat ? entry.compat : entry.call;
  if (convention.arguments.empty() || (!entry.entries.empty() && !calls_any(r, entry.entries))) return std::nullopt;
  const auto call = call_of(r, entry, convention);
  if (!call) return std::nullopt;
  EnteredCall out{*call, {}};
  const auto count = std::min(static_cast<std::size_t>(call->arguments), convention.arguments.size());
  for (const auto name : convention.arguments.first(count)) {
    const auto value = user_register(r, name);
    if (!value) return EnteredCall{*call, {}};
    out.arguments.push_back(compat ? *value & 0xffffffff : *value);
  }
  return out;
}

}  // namespace unoops::arch
