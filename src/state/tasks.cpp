#include "state/tasks.hpp"

#include <bit>
#include <string_view>
#include <unordered_set>

namespace unoops::state {
namespace {

// What pid_max allows on 64 bits is more than any dump's reader wants to see.
constexpr std::size_t most_tasks = 1 << 17;

constexpr std::string_view task = "task_struct";

// v6.1 include/linux/sched.h __task_state_index, fs/proc/array.c task_state_array. v5.14 gave the member its underscores.
char state_letter(std::uint64_t state) {
  constexpr std::string_view letters = "RSDTtXZPI";
  constexpr std::uint64_t reported = 0x7f, no_load = 0x400, uninterruptible = 2;
  if ((state & (no_load | uninterruptible)) == (no_load | uninterruptible)) return 'I';
  return letters[static_cast<std::size_t>(std::bit_width(state & reported))];
}

}  // namespace

std::optional<Task> task_at(Target& target, std::uint64_t address) {
  const auto pid = target.number(address, task, "pid");
  auto state = target.number(address, task, "__state");
  if (!state) state = target.number(address, task, "state");
  const auto exit = target.number(address, task, "exit_state");
  if (!pid || !state) return std::nullopt;
  Task out;
  out.address = address;
  out.pid = static_cast<std::int32_t>(*pid);
  out.comm = target.text(address, task, "comm");
  out.state = state_letter(*state | exit.value_or(0));
  return out;
}

TaskList read_tasks(Target& target) {
  TaskList out;
  const auto init = target.variable("init_task");
  const auto& leaders = target.place(task, "tasks");
  const auto& threads = target.place(task, "thread_node");
  const auto& head = target.place("signal_struct", "thread_head");
  out.whole = init && leaders;
  if (!out.whole) return out;
  std::unordered_set<std::uint64_t> seen;
  const auto add = [&](std::uint64_t address) {
    if (seen.size() == most_tasks || !seen.insert(address).second) return;
    if (auto one = task_at(target, address))
      out.tasks.push_back(std::move(*one));
    else
      out.whole = false;
  };
  std::size_t links_left = 2 * most_tasks;  // all programs may claim the same list of threads
  const auto add_threads = [&](std::uint64_t leader) {
    const auto signal = target.number(leader, task, "signal");
    if (!threads || !head || !signal || *signal == 0 || seen.size() == most_tasks) return;
    out.whole &= each_link(target, *signal + head->offset, links_left, [&](std::uint64_t link) {
      --links_left;
      add(link - threads->offset);
    });
  };
  out.whole &= each_link(target, *init + leaders->offset, most_tasks, [&](std::uint64_t link) {
    add(link - leaders->offset);
    add_threads(link - leaders->offset);
  });
  return out;
}

// v6.1 arch/x86/include/asm/page_64_types.h: a task's stack and that of the interrupts are equally large, and only the
// latter has a type that tells.
std::optional<StackRange> stack_of(Target& target, const Task& one) {
  const auto begin = target.number(one.address, task, "stack");
  const auto size = size_of(target.structure("irq_stack"));
  if (!begin || *begin == 0 || size == 0) return std::nullopt;
  return StackRange{*begin, *begin + size, Context::task};
}

// v6.1 arch/x86/kernel/unwind_orc.c __unwind_start: what __switch_to_asm has pushed.
std::optional<Registers> sleeping_at(Target& target, const Task& one) {
  constexpr std::string_view pushed = "inactive_task_frame";
  const auto sp = target.number(one.address, task, "thread.sp");
  const auto stack = stack_of(target, one);
  const auto size = size_of(target.structure(pushed));
  if (!sp || !stack || size == 0 || !stack->holds(*sp)) return std::nullopt;
  const auto ip = target.number(*sp, pushed, "ret_addr");
  if (!ip) return std::nullopt;
  // A task that has never run yet begins there, behind no call.
  const auto first = target.vmlinux().symbols().find("ret_from_fork");
  const auto first_asm = target.vmlinux().symbols().find("ret_from_fork_asm");
  const auto begins = [&](const std::vector<Symbol>& symbols) {
    return !symbols.empty() && symbols.front().address + target.offset() == *ip;
  };
  return Registers{
      .ip = *ip, .sp = *sp + size, .bp = target.number(*sp, pushed, "bp"), .exact = begins(first) || begins(first_asm)};
}

}  // namespace unoops::state
