// What the traces say: recursion, who waits for whom, the system call.
#include <algorithm>
#include <array>
#include <map>

#include "explain/rules.hpp"
#include "facts/frames.hpp"
#include "facts/syscalls.hpp"
#include "report/questions.hpp"

namespace unoops::explain {
namespace {

// The names of the longest trace of the report's own, calls only.
std::vector<std::string_view> calls_of(const Report& r) {
  const Stack* longest = nullptr;
  for (const auto& stack : r.stacks)
    if (is_call_trace(stack) && (!stack.cpu || stack.cpu == r.cpu) &&
        (!longest || stack.frames.size() > longest->frames.size()))
      longest = &stack;
  std::vector<std::string_view> names;
  if (!longest) return names;
  for (const auto& frame : longest->frames)
    if (frame.reliable && !frame.ref.symbol.empty()) names.push_back(frame.ref.symbol);
  return names;
}

struct Cycle {
  std::size_t begin = 0, length = 0, times = 0;
};

// The shortest run of names that repeats at once, often; short traces and pairs say nothing.
Cycle find_cycle(const std::vector<std::string_view>& names) {
  constexpr std::size_t longest = 24;
  Cycle best;
  for (std::size_t length = 1; length <= longest && length * 3 <= names.size(); ++length) {
    std::size_t run = 0;
    for (std::size_t i = length; i < names.size(); ++i) {
      run = names[i] == names[i - length] ? run + 1 : 0;
      const auto times = run / length + 1;
      const auto margin = length == best.length ? 0 : length;  // a multiple of the cycle is no better
      if (run && times >= 3 && times * length > best.times * best.length + margin)
        best = {i + 1 - run - length, length, times};
    }
  }
  return best;
}

void recursion(const Report& r, Explanation& e, std::string_view id) {
  const auto names = calls_of(r);
  const auto cycle = find_cycle(names);
  if (cycle.times < 3) return;
  std::string text = "the same calls repeat " + std::to_string(cycle.times) + " times: ";
  // A trace is innermost first; calls read the other way.
  for (std::size_t i = cycle.length; i-- > 0;) text += source_name(names[cycle.begin + i]) + " → ";
  text += source_name(names[cycle.begin + cycle.length - 1]);
  add_finding(e, id, std::move(text));
  const bool overflowed =
      r.has(Trait::stack_overflow | Trait::bad_stack) || r.site.bad_pointer.address_class == AddressClass::guard_page;
  if (overflowed)
    add_step(e, "give the recursion an end (a depth limit, or a loop instead): no kernel stack is large enough for it");
}

std::string argument(std::uint64_t value) {
  if (value < 0x10000) return std::to_string(value);
  if (value > ~0ull - 4096) return "-" + std::to_string(0 - value);
  if ((value >> 32 == 0 || value >> 32 == 0xffffffff) && static_cast<std::uint32_t>(value) > 0xfffff000u)
    return "-" + std::to_string(0x100000000ull - (value & 0xffffffff));
  return hex(value);
}

// "write(3, 0x7fff86dfc250, 8)", from the registers that the system call entered with.
// "fd = 3", "dfd = -100": with the name and the type that the system call gives it.
std::string declared_argument(const std::pair<std::string, std::string>& parameter, std::uint64_t value) {
  const auto& [name, type] = parameter;
  const auto text = type == "int"            ? std::to_string(static_cast<std::int32_t>(value))
                    : type == "unsigned int" ? argument(static_cast<std::uint32_t>(value))
                                             : argument(value);
  return name + " = " + text;
}

void system_call(const Report& r, Explanation& e, std::string_view id) {
  if (!r.arch || r.user_registers.empty()) return;
  const auto user = [&](std::string_view name) {
    const auto at = std::ranges::find(r.user_registers, name, &Register::name);
    return at == r.user_registers.end() ? std::nullopt : std::optional(at->value);
  };
  // 32-bit programs use other numbers.
  if (const auto cs = user("CS"); cs && *cs == 0x23) return;
  const auto number = user("ORIG_RAX");
  if (!number) return;
  const auto call = find_system_call(*r.arch, *number);
  if (!call) return;
  static constexpr std::array<std::string_view, 6> registers = {"RDI", "RSI", "RDX", "R10", "R08", "R09"};
  std::string text = "during the system call " + std::string(call->name) + "(";
  for (int i = 0; i < call->arguments && i < 6; ++i) {
    const auto value = user(registers[static_cast<std::size_t>(i)]);
    if (!value) return;
    const auto at = static_cast<std::size_t>(i);
    const bool declared = r.site.call_parameters.size() == static_cast<std::size_t>(call->arguments);
    text += (i ? ", " : "") + (declared ? declared_argument(r.site.call_parameters[at], *value) : argument(*value));
  }
  for (const auto& stack : r.stacks)
    if (is_call_trace(stack) && is_interrupt(stack.context)) return;  // not the system call's doing
  add_finding(e, id, text + ")");
}

constexpr auto rows = std::to_array<Rule>({
    {"recursion", recursion},
    {"system-call", system_call},
});

}  // namespace

std::span<const Rule> stack_rules() { return rows; }

}  // namespace unoops::explain
