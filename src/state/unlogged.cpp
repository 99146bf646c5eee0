#include "state/unlogged.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "debuginfo/variables.hpp"

namespace unoops::state {
namespace {

// panic() writes its words into an array of its own.
std::string reason_of(Target& target) {
  constexpr std::size_t most = 1024;
  const auto panic = target.vmlinux().symbols().find("panic");
  if (panic.empty()) return {};
  const auto begin = panic.front().address;
  const auto unit = target.vmlinux().unit_of(begin);
  if (!unit) return {};
  const auto die = UnitIndex(*unit).function_within(begin, begin + panic.front().size);
  if (!die) return {};
  const auto at = FunctionInfo(*die).static_named("buf");
  std::vector<std::byte> bytes(most);
  if (!at || target.memory().read(*at + target.offset(), bytes) != Got::yes) return {};
  const auto text = text_of(bytes);
  return std::string(text.substr(0, text.find_first_of(std::string_view("\0\n", 2))));
}

std::string line_of(const SymbolRef& ref) {
  if (ref.symbol.empty()) return fmt::format(" {:#x}\n", ref.address.value_or(0));
  auto out = fmt::format(" {}+{:#x}/{:#x}", ref.symbol, ref.offset.value_or(0), ref.size.value_or(0));
  if (!ref.module.empty()) out += fmt::format(" [{}]", ref.module);
  return out + "\n";
}

}  // namespace

std::string lines_of_panic(Machine& machine) {
  const auto panicked = machine.panicked_cpu();
  const auto& cpus = machine.cpus();
  const auto cpu = std::ranges::find_if(cpus, [&](const Cpu& c) { return c.number == panicked; });
  if (!panicked || cpu == cpus.end() || !cpu->task) return {};
  const auto stack = machine.stack_of(*cpu);
  if (stack.frames.empty()) return {};
  auto reason = reason_of(machine.target());
  if (reason.empty()) reason = "its words are not in the dump";
  auto out = fmt::format("Kernel panic - not syncing: {}\n", clean(reason));
  out += fmt::format("CPU: {} PID: {} Comm: {}\nCall Trace:\n", *panicked, cpu->task->pid, clean(cpu->task->comm));
  std::vector<SymbolRef> refs;
  for (const UnwoundFrame& frame : stack.frames)
    refs.push_back(machine.code().reference(frame.ip, frame.exact ? PcKind::exact : PcKind::return_address));
  // panic() prints the trace before it waits for ever.
  const auto panic = std::ranges::find(refs, "panic", &SymbolRef::symbol);
  for (auto ref = panic == refs.end() ? refs.begin() : panic; ref != refs.end(); ++ref) out += line_of(*ref);
  return out;
}

}  // namespace unoops::state
