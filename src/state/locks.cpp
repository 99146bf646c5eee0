#include "state/locks.hpp"

#include <vector>

#include "debuginfo/variables.hpp"

namespace unoops::state {
namespace {

constexpr std::uint64_t word = 8;
// Bounds of what damaged memory may make us do: nodes and words of stacks that are looked at in all, and words of a stack
// that look like a node.
constexpr std::size_t most_visited = 1 << 18, most_words = 1 << 24, most_candidates = 16;

}  // namespace

struct SleepingLocks::Row {
  std::string_view function;      // where one waits, and how its name begins
  std::string_view waiter, lock;  // types
  std::uint64_t flags;            // bits of the owner that are none of its address
  std::uint64_t untold = 0;       // and those that say that the address is only a hint
};

const SleepingLocks::Row SleepingLocks::rows[] = {
    {"__mutex_lock", "mutex_waiter", "mutex", 7},           // v6.1 kernel/locking/mutex.c MUTEX_FLAGS
    {"rwsem_down_", "rwsem_waiter", "rw_semaphore", 7, 1},  // v6.1 kernel/locking/rwsem.c RWSEM_READER_OWNED
};

std::optional<AwaitedLock> SleepingLocks::of(const Task& task,
                                             const std::function<bool(std::string_view begins)>& in_function) {
  for (const Row& row : rows)
    if (in_function(row.function)) return search(task, row);
  return std::nullopt;
}

std::optional<AwaitedLock> SleepingLocks::search(const Task& one, const Row& row) {
  const auto& task = target_.place(row.waiter, "task");
  const auto& list = target_.place(row.waiter, "list");
  const auto stack = stack_of(target_, one);
  const auto sp = target_.number(one.address, "task_struct", "thread.sp");
  if (!task || !list || !stack || !sp || !stack->holds(*sp)) return std::nullopt;
  const auto from_link = task->offset - list->offset;
  std::size_t candidates = 0;
  for (auto at = *sp; stack->end - at >= word && candidates < most_candidates && words_ < most_words; at += word) {
    ++words_;
    if (target_.memory().number(at) != one.address) continue;
    ++candidates;
    const auto link = at - from_link;
    if (const auto known = known_.find(link); known != known_.end()) return known->second;
    if (auto lock = follow(link, row, from_link)) return lock;
  }
  return std::nullopt;
}

// The one node of the list that is no waiter's is the lock's.
std::optional<AwaitedLock> SleepingLocks::follow(std::uint64_t link, const Row& row, std::uint64_t from_link) {
  std::vector<std::uint64_t> waiters{link};
  std::optional<std::uint64_t> head;
  auto before = link;
  bool whole = true;
  const auto follows = [&](std::uint64_t at) { return target_.number(at, "list_head", "prev") == before; };
  const auto back = each_link(target_, link, most_visited - visited_, [&](std::uint64_t at) {
    ++visited_;
    whole = whole && follows(at);
    before = at;
    if (is_waiter(at, from_link)) return waiters.push_back(at);
    whole = whole && !head;
    head = at;
  });
  const auto& wait_list = target_.place(row.lock, "wait_list");
  if (!back || !whole || !follows(link) || !head || !wait_list) return std::nullopt;
  AwaitedLock out{row.lock, *head - wait_list->offset};
  const auto owner = target_.number(out.address, row.lock, "owner");
  if (owner && (*owner & row.untold) == 0 && (*owner & ~row.flags) != 0) out.owner = *owner & ~row.flags;
  for (const auto waiter : waiters) known_.emplace(waiter, out);
  return out;
}

bool SleepingLocks::is_waiter(std::uint64_t link, std::uint64_t from_link) {
  const auto address = target_.memory().number(link + from_link);
  const auto task = address ? task_at(target_, *address) : std::nullopt;
  const auto stack = task ? stack_of(target_, *task) : std::nullopt;
  return stack && stack->holds(link);
}

// v6.1 kernel/locking/qspinlock.c; under a hypervisor the same code with another name.
std::vector<SpunAt> spun_at(Target& target, std::uint64_t ip) {
  constexpr std::string_view type = "qspinlock";
  const auto pc = ip - target.offset();
  const auto symbol = target.vmlinux().symbols().covering(pc);
  if (!symbol || !symbol->name.ends_with("queued_spin_lock_slowpath")) return {};
  const auto unit = target.vmlinux().unit_of(pc);
  if (!unit) return {};
  const auto die = UnitIndex(*unit).function_within(symbol->address, symbol->address + symbol->size);
  if (!die) return {};
  std::vector<SpunAt> out;
  const FunctionInfo function(*die);
  for (const Binding& binding : function.bindings()) {
    if (binding.begin > pc || binding.end <= pc || binding.reg == no_reg) continue;
    if (name_of(peel(pointee(binding.variable->type)).die) == type) out.push_back({type, binding.reg, binding.delta});
  }
  return out;
}

}  // namespace unoops::state
