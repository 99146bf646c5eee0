#include "state/machine.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/bytes.hpp"

namespace unoops::state {
namespace {

constexpr std::size_t most_cpus = 8192;  // CONFIG_MAXSMP's NR_CPUS
// Places of code that are remembered: the function that spins has fewer.
constexpr std::size_t most_spun = 4096;
// Of all stacks: those of 50,000 tasks.
constexpr std::size_t most_frames = 1 << 20;

// Members of v6.1 arch/x86/include/asm/cpu_entry_area.h struct cea_exception_stacks.
struct ExceptionStack {
  std::string_view member;
  Context context;
};
constexpr auto exception_stacks = std::to_array<ExceptionStack>({{"NMI_stack", Context::nmi},
                                                                 {"DF_stack", Context::exception},
                                                                 {"DB_stack", Context::exception},
                                                                 {"MCE_stack", Context::exception},
                                                                 {"VC_stack", Context::exception},
                                                                 {"VC2_stack", Context::exception}});

// A member of the struct pt_regs that the note holds from `begin` on; nothing: it does not reach so far.
std::optional<std::uint64_t> noted(Target& target, const Note& note, std::size_t begin, std::string_view member) {
  const auto& at = target.place("pt_regs", member);
  if (!at || begin + at->offset + 8 > note.bytes.size()) return std::nullopt;
  return little64(note.bytes, begin + at->offset);
}

}  // namespace

std::unique_ptr<Machine> Machine::of(TargetMemory& memory, DebugFile& vmlinux) {
  if (!memory.core().arch->core_notes || !vmlinux.has_debug_info()) return nullptr;
  const auto offset = distance_from(vmlinux, memory.info());
  if (!offset) return nullptr;
  std::unique_ptr<Machine> out(new Machine(memory, vmlinux, *offset));
  return out->code_.has_orc() ? std::move(out) : nullptr;
}

Machine::Machine(TargetMemory& memory, DebugFile& vmlinux, std::uint64_t offset)
    : memory_(memory), target_(memory, vmlinux, offset), code_(target_), locks_(target_) {
  read_cpus();
}

// A note stands for each CPU, in their order. One that was off has none: then the stack pointer tells whose note it is.
void Machine::read_cpus() {
  const auto registers_at = memory_.core().arch->core_notes->registers;
  const auto count_at = target_.variable("nr_cpu_ids");
  const auto count = count_at ? memory_.number(*count_at, 4).value_or(0) : 0;
  unsigned next = 0;
  std::size_t passed_over = 0;
  for (const Note& note : memory_.core().notes) {
    if (note.name != "CORE" || note.type != 1 || cpus_.size() == most_cpus) continue;  // NT_PRSTATUS
    auto registers = registers_of([&](std::string_view member) { return noted(target_, note, registers_at, member); });
    // Of a CPU that did not save them the note is empty; ip alone is 0 where NULL was called.
    if (registers && registers->ip == 0 && registers->sp == 0) registers.reset();
    const auto with_note = [&](unsigned number) {
      Cpu cpu = cpu_at(number);
      cpu.registers = registers;
      cpu.note = &note;
      return cpu;
    };
    Cpu cpu = with_note(next);
    for (auto number = next + 1; number < count && passed_over < most_cpus && !stands_on_its_stacks(cpu); ++number) {
      ++passed_over;
      if (Cpu other = with_note(number); stands_on_its_stacks(other)) cpu = std::move(other);
    }
    next = cpu.number + 1;
    cpus_.push_back(std::move(cpu));
  }
}

Cpu Machine::cpu_at(unsigned number) {
  Cpu out;
  out.number = number;
  if (const auto current = target_.per_cpu("current_task", number)) out.task = task_at(target_, *current);
  if (out.task) out.task->cpu = number;
  return out;
}

bool Machine::stands_on_its_stacks(const Cpu& cpu) {
  if (!cpu.registers || cpu.registers->user) return true;  // nothing tells
  const auto stacks = stacks_of(cpu.number, cpu.task);
  return std::ranges::any_of(stacks, [&](const StackRange& s) { return s.holds(cpu.registers->sp); });
}

std::optional<unsigned> Machine::panicked_cpu() {
  for (const std::string_view name : {"panic_cpu", "crashing_cpu"}) {
    const auto at = target_.variable(name);
    const auto value = at ? memory_.number(*at, 4) : std::nullopt;
    // -1 is nobody.
    if (value && std::ranges::find(cpus_, *value, &Cpu::number) != cpus_.end()) return static_cast<unsigned>(*value);
  }
  return std::nullopt;
}

const TaskList& Machine::tasks() {
  if (tasks_) return *tasks_;
  tasks_ = read_tasks(target_);
  std::unordered_map<std::uint64_t, unsigned> runs_on;
  for (const Cpu& cpu : cpus_)
    if (cpu.task) runs_on[cpu.task->address] = cpu.number;
  for (Task& task : tasks_->tasks)
    if (const auto cpu = runs_on.find(task.address); cpu != runs_on.end()) task.cpu = cpu->second;
  return *tasks_;
}

std::vector<StackRange> Machine::stacks_of(unsigned cpu, const std::optional<Task>& task) {
  std::vector<StackRange> out;
  if (task)
    if (const auto own = state::stack_of(target_, *task)) out.push_back(*own);
  // v6.1 arch/x86/kernel/dumpstack_64.c in_irq_stack: the pointer is to the last word.
  const auto irq_size = size_of(target_.structure("irq_stack"));
  if (const auto last = target_.per_cpu("hardirq_stack_ptr", cpu); last && *last != 0)
    out.push_back({*last + 8 - irq_size, *last + 8, Context::irq});
  const auto exceptions = target_.per_cpu("cea_exception_stacks", cpu);
  if (!exceptions) return out;
  for (const auto& [member, context] : exception_stacks) {
    const auto& at = target_.place("cea_exception_stacks", member);
    if (at && at->size != 0) out.push_back({*exceptions + at->offset, *exceptions + at->offset + at->size, context});
  }
  return out;
}

UnwoundStack Machine::stack_of(const Cpu& cpu) {
  if (!cpu.registers || (!cpu.task && !cpu.registers->user)) return {{}, UnwoundStack::End::absent};
  return unwound(stacks_of(cpu.number, cpu.task), *cpu.registers);
}

UnwoundStack Machine::stack_of(const Task& task) {
  constexpr std::size_t most_kept = 64;
  if (const auto known = sleeping_.find(task.address); known != sleeping_.end()) return known->second;
  const auto own = state::stack_of(target_, task);
  const auto at = sleeping_at(target_, task);
  if (!own || !at) return {{}, UnwoundStack::End::absent};
  auto out = unwound(std::span(&*own, 1), *at);
  if (sleeping_.size() < most_kept) sleeping_.emplace(task.address, out);
  return out;
}

std::uint64_t Machine::clock() {
  if (clock_) return *clock_;
  clock_ = 0;
  for (const Cpu& cpu : cpus_)
    if (const auto queue = target_.per_cpu_variable("runqueues", cpu.number))
      clock_ = std::max(*clock_, target_.number(*queue, "rq", "clock").value_or(0));
  return *clock_;
}

// v6.1 kernel/sched/stats.h sched_info_arrive.
std::optional<std::int64_t> Machine::idle_us(const Task& task) {
  const auto began = task.cpu ? std::nullopt : target_.number(task.address, "task_struct", "sched_info.last_arrival");
  if (!began || *began == 0 || *began > clock()) return std::nullopt;
  return static_cast<std::int64_t>((clock() - *began) / 1000);
}

UnwoundStack Machine::unwound(std::span<const StackRange> stacks, const Registers& at) {
  if (frames_ > most_frames) return {{}, UnwoundStack::End::long_};
  auto out = unwind(target_, code_, stacks, at);
  frames_ += out.frames.size();
  return out;
}

std::optional<AwaitedLock> Machine::spinning_on(const Cpu& cpu, const UnwoundStack& stack) {
  const auto& notes = *memory_.core().arch->core_notes;
  for (const UnwoundFrame& frame : stack.frames) {
    if (!frame.exact) continue;
    const auto value_of = [&](Reg reg) -> std::optional<std::uint64_t> {
      if (reg < 0 || static_cast<std::size_t>(reg) >= notes.members.size()) return std::nullopt;
      const auto member = notes.members[static_cast<std::size_t>(reg)];
      if (frame.saved_at) return target_.number(*frame.saved_at, "pt_regs", member);
      const auto& at = target_.place("pt_regs", member);
      if (!at) return std::nullopt;
      return little64(cpu.note->bytes, notes.registers + at->offset);
    };
    if (spun_.size() == most_spun) spun_.clear();
    const auto [known, is_new] = spun_.try_emplace(frame.ip);
    if (is_new) known->second = spun_at(target_, frame.ip);
    for (const SpunAt& at : known->second)
      if (const auto value = value_of(at.reg))
        return AwaitedLock{at.type, *value - static_cast<std::uint64_t>(at.delta)};
  }
  return std::nullopt;
}

}  // namespace unoops::state
