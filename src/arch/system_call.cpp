#include "arch/system_call.hpp"

#include <algorithm>
#include <array>

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

// "write" of "__arm64_sys_write", "SyS_write", "__se_sys_write", "__do_sys_write": such functions are called for nothing
// but a system call (v6.1 include/linux/syscalls.h, arch/*/include/asm/syscall_wrapper.h).
std::string_view wrapped_call(std::string_view function, const ArchInfo& arch) {
  static constexpr std::array<std::string_view, 3> starts = {"SyS_", "__se_sys_", "__do_sys_"};
  for (const auto start : starts)
    if (function.starts_with(start)) return function.substr(start.size());
  for (const auto prefix : arch.system_call_prefixes) {
    if (!function.starts_with(prefix)) continue;
    function.remove_prefix(prefix.size());
    return function.starts_with("sys_") ? function.substr(4) : std::string_view();
  }
  return {};
}

// By the outermost function of the trace that is called like one: "__ia32_sys_write".
std::optional<SystemCall> named_call(const Report& r, std::span<const std::string_view> functions) {
  const auto* trace = own_trace(r);
  if (!trace) return std::nullopt;
  for (auto frame = trace->frames.rbegin(); frame != trace->frames.rend(); ++frame) {
    if (!frame->reliable) continue;
    const std::string_view function = frame->ref.symbol;
    auto name = wrapped_call(function, *r.arch);
    for (const auto start : functions)
      if (name.empty() && function.starts_with(start)) name = function.substr(start.size());
    if (name.empty()) continue;
    auto call = find_system_call(name);
    if (!call && name.starts_with("new")) call = find_system_call(name.substr(3));  // sys_newuname
    return call;
  }
  return std::nullopt;
}

std::optional<SystemCall> call_of(const Report& r, const SystemCallRegisters& entry,
                                  const SystemCallConvention& convention) {
  if (convention.number.empty()) return named_call(r, entry.functions);
  const auto number = user_register(r, convention.number);
  return number ? find_system_call(convention.table, *number) : std::nullopt;
}

// By the registers that the program entered with.
std::optional<EnteredCall> printed_call(const Report& r, const Arch& arch) {
  if (arch.system_call.call.arguments.empty()) return std::nullopt;
  const auto& entry = arch.system_call;
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

}  // namespace

std::optional<EnteredCall> entered_call(const Report& r) {
  const Arch* arch = row_of(r.arch);
  if (!arch) return std::nullopt;
  if (auto printed = printed_call(r, *arch)) return printed;
  const auto named = named_call(r, {});
  return named ? std::optional(EnteredCall{*named, {}}) : std::nullopt;
}

}  // namespace unoops::arch
