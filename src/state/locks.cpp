#include "state/locks.hpp"

#include <algorithm>
#include <array>
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
    {"__mutex_lock", "mutex_waiter", "mutex", 7},  // v6.1 kernel/locking/mutex.c MUTEX_FLAGS
    {"__ww_mutex_lock", "mutex_waiter", "mutex", 7},
    {"rwsem_down_", "rwsem_waiter", "rw_semaphore", 7, 1},  // v6.1 kernel/locking/rwsem.c RWSEM_READER_OWNED
    {"__down", "semaphore_waiter", "semaphore", 0},         // which has no owner
};

std::optional<AwaitedLock> SleepingLocks::of(const Task& task,
                                             const std::function<bool(std::string_view begins)>& in_function) {
  if (auto lock = inherited(task)) return lock;
  for (const Row& row : rows)
    if (in_function(row.function)) return search(task, row);
  return std::nullopt;
}

// v6.1 kernel/locking/rtmutex.c: because priorities are inherited, the task itself names what it waits for.
std::optional<AwaitedLock> SleepingLocks::inherited(const Task& one) {
  constexpr std::string_view waiter = "rt_mutex_waiter";
  constexpr std::uint64_t has_waiters = 1;  // kernel/locking/rtmutex_common.h RT_MUTEX_HAS_WAITERS
  const auto node = target_.number(one.address, "task_struct", "pi_blocked_on");
  const auto stack = stack_of(target_, one);
  if (!node || *node == 0 || !stack || !stack->holds(*node)) return std::nullopt;
  const auto lock = target_.number(*node, waiter, "lock");
  if (!lock || *lock == 0 || target_.number(*node, waiter, "task") != one.address) return std::nullopt;
  AwaitedLock out{"rt_mutex", *lock};
  auto owner = target_.number(*lock, "rt_mutex_base", "owner");
  if (!owner) owner = target_.number(*lock, "rt_mutex", "owner");  // before v5.15
  if (owner && (*owner & ~has_waiters) != 0) out.owner = *owner & ~has_waiters;
  return out;
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

namespace {

// v6.1 kernel/locking/qspinlock.c, qrwlock.c; under a hypervisor the same code with another name.
struct SpinLoop {
  std::string_view function, lock;  // how its name ends; the type
};
constexpr auto spin_loops = std::to_array<SpinLoop>({{"queued_spin_lock_slowpath", "qspinlock"},
                                                     {"queued_read_lock_slowpath", "qrwlock"},
                                                     {"queued_write_lock_slowpath", "qrwlock"}});

}  // namespace

std::vector<SpunAt> spun_at(Target& target, std::uint64_t ip) {
  const auto pc = ip - target.offset();
  const auto symbol = target.vmlinux().symbols().covering(pc);
  if (!symbol) return {};
  const auto loop =
      std::ranges::find_if(spin_loops, [&](const SpinLoop& l) { return symbol->name.ends_with(l.function); });
  if (loop == spin_loops.end()) return {};
  const auto unit = target.vmlinux().unit_of(pc);
  if (!unit) return {};
  const auto die = UnitIndex(*unit).function_within(symbol->address, symbol->address + symbol->size);
  if (!die) return {};
  std::vector<SpunAt> out;
  const FunctionInfo function(*die);
  for (const Binding& binding : function.bindings()) {
    if (binding.begin > pc || binding.end <= pc || binding.reg == no_reg) continue;
    if (name_of(peel(pointee(binding.variable->type)).die) == loop->lock)
      out.push_back({loop->lock, binding.reg, binding.delta});
  }
  return out;
}

}  // namespace unoops::state
