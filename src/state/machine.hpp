// The machine as it stopped: its CPUs, its tasks, and the stacks of both.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/rooms.hpp"
#include "state/code_map.hpp"
#include "state/locks.hpp"
#include "state/tasks.hpp"
#include "state/unwinder.hpp"

namespace unoops::state {

struct Cpu {
  unsigned number = 0;
  std::optional<Task> task;            // that it ran
  std::optional<Registers> registers;  // nothing: the dump does not have them
  const Note* note = nullptr;          // that has them all
};

class Machine {
 public:
  // Of a kernel whose vmlinux is there; nothing: the file does not fit, or the architecture's stacks are not read.
  static std::unique_ptr<Machine> of(TargetMemory&, DebugFile& vmlinux);

  // The CPU that called panic(), or handed over to the crash kernel.
  std::optional<unsigned> panicked_cpu();
  const std::vector<Cpu>& cpus() const { return cpus_; }
  // Read when they are first asked for.
  const TaskList& tasks();

  // Without frames and too long: there are more stacks than anybody reads.
  UnwoundStack stack_of(const Cpu&);
  UnwoundStack stack_of(const Task&);  // of one that sleeps
  // For so long the task has not run, by the latest of the CPUs' clocks: at least, because an idle CPU's stands still.
  // Nothing: nobody knows.
  std::optional<std::int64_t> idle_us(const Task&);
  // The lock that the CPU spins on; nothing: it does something else.
  std::optional<AwaitedLock> spinning_on(const Cpu&, const UnwoundStack&);
  CodeMap& code() { return code_; }
  Target& target() { return target_; }
  SleepingLocks& locks() { return locks_; }

 private:
  Machine(TargetMemory&, DebugFile& vmlinux, std::uint64_t offset);
  void read_cpus();
  Cpu cpu_at(unsigned number);
  bool stands_on_its_stacks(const Cpu&);
  std::vector<StackRange> stacks_of(unsigned cpu, const std::optional<Task>&);
  UnwoundStack unwound(std::span<const StackRange>, const Registers&);
  std::uint64_t clock();

  TargetMemory& memory_;
  Target target_;
  CodeMap code_;
  SleepingLocks locks_;
  std::vector<Cpu> cpus_;
  std::optional<TaskList> tasks_;
  std::size_t frames_ = 0;                                       // of all stacks that were unwound
  std::map<std::uint64_t, UnwoundStack> sleeping_;               // the first ones that were asked for, by their tasks
  std::optional<std::uint64_t> clock_;                           // ns
  std::unordered_map<std::uint64_t, std::vector<SpunAt>> spun_;  // by the addresses that were asked for
};

}  // namespace unoops::state
