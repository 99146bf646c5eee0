// What a dump's memory adds to the report of its log.
#include "state/examine.hpp"

#include <random>

#include "state/locks.hpp"
#include "unit/state/dumped_kernel.hpp"

namespace unoops::test {
namespace {

std::vector<std::string> labels(const Report& r) {
  std::vector<std::string> out;
  for (const auto& s : r.stacks) out.push_back(s.label + (s.more_tasks != 0 ? "+" : ""));
  return out;
}

}  // namespace

TEST_CASE("examine: the trace of the log is exact, and who hangs is shown with his lock") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  const auto r = kernel.examined({"?guess", "outer", "?wrong", "entry"});
  CHECK(labels(r) == std::vector<std::string>{"Call Trace", "task sleeper:10"});
  CHECK(r.stacks[0].frames.size() == 2);
  CHECK(r.stacks[1].state == "D");
  CHECK(r.stacks[1].role == StackRole::task_trace);
  CHECK(r.stacks[1].frames.size() == 3);
  REQUIRE(r.machine);
  CHECK(r.machine->panicked_cpu == 0);
  CHECK(r.machine->cpus == 1U);
  CHECK(r.machine->tasks == 2U);
  CHECK(r.machine->missing.empty());
  REQUIRE(r.tasks.size() == 2);
  CHECK(r.tasks[0].comm == "runner");
  CHECK(r.tasks[0].cpu == 0);
  CHECK(r.tasks[0].stack == 0U);
  CHECK(r.tasks[1].stack == 1U);
}

TEST_CASE("examine: a trace that the stack does not have stays as it is, and the stack stands beside it") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  const auto r = kernel.examined({"outer", "?guess", "elsewhere"});
  CHECK(labels(r) == std::vector<std::string>{"Call Trace", "State of CPU 0", "task sleeper:10"});
  CHECK(r.stacks[0].frames.size() == 3);
  CHECK(r.stacks[1].frames.size() == 3);
}

TEST_CASE("examine: what is not in the dump is said once") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  kernel.drop_page(kernel.address("runner_stack") + 8 * 480);
  kernel.drop_page(kernel.address("sleeper_stack") + 8 * 490);
  const auto r = kernel.examined({"outer", "?guess", "entry"});
  CHECK(r.stacks[0].frames.size() == 3);
  REQUIRE(r.machine->missing.size() == 1);
  CHECK(r.machine->missing[0].starts_with("not in the dump (-d 31): "));
}

TEST_CASE("examine: a CPU that ran a program, and all tasks") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  kernel.set_register(17, 0x33);
  const auto r = kernel.examined({"outer"}, true);
  CHECK(labels(r) == std::vector<std::string>{"Call Trace", "task sleeper:10"});
  CHECK(r.machine->missing ==
        std::vector<std::string>{"CPU 0 has no stack in the kernel: it ran a program, runner (pid 11)"});
}

TEST_CASE("examine: only the report on which the machine stopped is told of") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  auto* machine = kernel.machine();
  REQUIRE(machine);
  Report r;
  r.severity = Severity::warning;
  r.machine.emplace();
  state::examine(r, *machine, true);
  CHECK_FALSE(r.machine->cpus);
  CHECK(r.stacks.empty());
}

// Pointers that lead elsewhere are worse than noise: they are followed.
TEST_CASE("examine: damaged memory neither crashes nor keeps anybody waiting") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  const std::vector<std::string> objects{"sleeper_stack", "runner_stack", "irq_stack_0", "init_task",   "sleeper",
                                         "runner",        "lock",         "signals",     "current_task"};
  std::vector<std::uint64_t> values{0, ~std::uint64_t{0}, 1, 0xffff888000000000, std::uint64_t{1} << 63};
  for (const auto& name : objects) values.push_back(kernel.address(name));
  for (const char* code : {"sleeps", "outer", "inner", "entry", "ret_from_fork", "lost", "from_irq"})
    values.push_back(kernel.address(code) + 5);
  std::minstd_rand random(1);
  const auto first = kernel.pages();
  for (int round = 0; round < 200; ++round) {
    kernel.pages() = first;
    for (int i = 0; i < 12; ++i) {
      const auto& name = objects[random() % objects.size()];
      const auto index = name.find("stack") == std::string::npos ? random() % 14 : 470 + random() % 42;
      kernel.set(name, index, values[random() % values.size()] + 8 * (random() % 3 == 0 ? random() % 512 : 0));
    }
    kernel.set_register(19, values[random() % values.size()] + 8 * (random() % 512));
    const auto r = kernel.examined({"outer", "?guess", "entry"}, true);
    CHECK(r.tasks.size() <= 8);
  }
}

TEST_CASE("locks: the waiter's own node leads to the lock and its owner") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  const auto awaited = [&](std::string_view function) {
    auto* machine = kernel.machine();
    REQUIRE(machine);
    return machine->locks().of(machine->tasks().tasks[0],
                               [&](std::string_view begins) { return function.starts_with(begins); });
  };
  const auto lock = awaited("__mutex_lock.constprop.0");
  REQUIRE(lock);
  CHECK(lock->type == "mutex");
  CHECK(lock->address == kernel.address("lock"));
  CHECK(lock->owner == kernel.address("runner"));
  CHECK_FALSE(awaited("msleep"));
  CHECK_FALSE(awaited("rwsem_down_read_slowpath"));  // this kernel has none
  kernel.set("lock", 0, 1);                          // flags alone
  CHECK_FALSE(awaited("__mutex_lock")->owner);
  kernel.set("lock", 1, kernel.address("sleeper_stack") + 8 * 400);  // a list that does not come back
  CHECK_FALSE(awaited("__mutex_lock"));
  kernel.set("sleeper_stack", 501, kernel.address("sleeper_stack") + 8 * 501);  // a node alone
  CHECK_FALSE(awaited("__mutex_lock"));
}

TEST_CASE("locks: a task whose priority is inherited names what it waits for") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  constexpr std::size_t blocked_on = 11;  // the word of struct task_struct
  const auto awaited = [&] {
    auto* machine = kernel.machine();
    REQUIRE(machine);
    return machine->locks().of(machine->tasks().tasks[0], [](std::string_view) { return false; });
  };
  CHECK_FALSE(awaited());
  kernel.set("sleeper", blocked_on, kernel.address("sleeper_stack") + 8 * 495);
  const auto lock = awaited();
  REQUIRE(lock);
  CHECK(lock->type == "rt_mutex");
  CHECK(lock->address == kernel.address("rt_lock"));
  CHECK(lock->owner == kernel.address("runner"));
  kernel.set("rt_lock", 1, 1);  // a flag alone
  CHECK_FALSE(awaited()->owner);
  kernel.set("sleeper_stack", 496, kernel.address("runner"));  // another task's node
  CHECK_FALSE(awaited());
  kernel.set("sleeper", blocked_on, kernel.address("runner_stack"));  // a node on another stack
  CHECK_FALSE(awaited());
}

TEST_CASE("examine: of a list of tasks that breaks off nobody says how many there are") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  kernel.set("init_task", 5, 0x1000);  // .tasks.next
  const auto r = kernel.examined({"outer"});
  CHECK_FALSE(r.machine->tasks);
  REQUIRE_FALSE(r.machine->missing.empty());
  CHECK(r.machine->missing.back().find("the tasks") != std::string::npos);
}

TEST_CASE("examine: a machine that nobody stopped is told of where the report's task still hangs") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  const auto examined = [&](const std::string& comm, const std::string& function) {
    Report r;
    r.severity = Severity::error;
    r.machine.emplace();
    r.pid = 10;
    r.comm = comm;
    Stack& trace = r.stacks.emplace_back();
    trace.label = "Call Trace";
    trace.role = StackRole::trace;
    trace.frames.emplace_back().ref.symbol = function;
    trace.frames.back().ref.offset = 5;
    state::examine(r, *kernel.machine(), false);
    return r.machine->cpus.has_value();
  };
  CHECK(examined("sleeper", "outer"));
  CHECK_FALSE(examined("another", "outer"));
  CHECK_FALSE(examined("sleeper", "elsewhere"));
  kernel.set("sleeper", 12, 1);  // __state: it sleeps as it should
  CHECK_FALSE(examined("sleeper", "outer"));
}

TEST_CASE("examine: the trace of a task in the log becomes its exact stack") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  Report r;
  r.severity = Severity::fatal;
  r.panic = Panic{.reason = "test", .line = 1};
  r.machine.emplace();
  Stack& logged = r.stacks.emplace_back();
  logged.label = "task sleeper:10";
  logged.role = StackRole::task_trace;
  logged.pid = 10;
  for (const std::string name : {"sleeps", "guess", "outer"}) {
    logged.frames.emplace_back().ref.symbol = name;
    logged.frames.back().ref.offset = 5;
    logged.frames.back().reliable = name != "guess";
  }
  state::examine(r, *kernel.machine(), false);
  CHECK(labels(r) == std::vector<std::string>{"task sleeper:10", "State of CPU 0"});
  CHECK(r.stacks[0].frames.size() == 3);
  CHECK(r.stacks[0].frames[1].ref.symbol == "outer");
  REQUIRE(r.tasks.size() == 2);
  CHECK(r.tasks[0].pid == 10);
  CHECK(r.tasks[0].stack == 0U);
  CHECK(r.tasks[1].stack == 1U);
}

}  // namespace unoops::test
