// The tasks of a dump's kernel.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "state/unwinder.hpp"

namespace unoops::state {

struct Task {
  std::uint64_t address = 0;  // of its task_struct
  std::int64_t pid = 0;
  std::string comm;
  char state = '?';                  // as ps(1) has it
  std::optional<unsigned> cpu = {};  // that it runs on
};

// Nothing: its task_struct is not in the dump.
std::optional<Task> task_at(Target&, std::uint64_t address);

struct TaskList {
  std::vector<Task> tasks;  // programs with their threads, and the kernel's own; not the idle ones
  bool whole = true;        // false: the list breaks off, because memory is missing or damaged
};
TaskList read_tasks(Target&);

// [task_struct.stack, ...); nothing: not in the dump.
std::optional<StackRange> stack_of(Target&, const Task&);

// Where a task that sleeps goes on; nothing: not in the dump.
std::optional<Registers> sleeping_at(Target&, const Task&);

}  // namespace unoops::state
