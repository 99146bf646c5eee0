// CPUs, tasks and stacks of a kernel's memory, whole and damaged.
#include "unit/state/dumped_kernel.hpp"

namespace unoops::test {
namespace {

constexpr auto sleeps = "sleeps+0x5 outer+0x5 ret_from_fork+0x5 | entry";
constexpr auto runs = "inner+0x3! outer+0x5 entry+0x5 | entry";

}  // namespace

#define KERNEL(name) \
  DumpedKernel name; \
  if (!name.built()) return

TEST_CASE("state: CPUs and tasks of a dump") {
  KERNEL(kernel);
  auto* machine = kernel.machine();
  REQUIRE(machine);
  CHECK(machine->panicked_cpu() == 0U);
  REQUIRE(machine->cpus().size() == 1);
  REQUIRE(machine->cpus()[0].task);
  CHECK(machine->cpus()[0].task->comm == "runner");
  const auto& all = machine->tasks();
  CHECK(all.whole);
  REQUIRE(all.tasks.size() == 2);
  CHECK(all.tasks[0].comm == "sleeper");
  CHECK(all.tasks[0].pid == 10);
  CHECK(all.tasks[0].state == 'D');
  CHECK_FALSE(all.tasks[0].cpu);
  CHECK(all.tasks[1].state == 'R');
  CHECK(all.tasks[1].cpu == 0U);
  CHECK(kernel.stack_of_cpu() == runs);
  CHECK(kernel.stack_of_task(0) == sleeps);
}

TEST_CASE("state: a CPU that was off has no note") {
  KERNEL(kernel);
  kernel.set("current_task", 0, kernel.address("init_task"));
  kernel.set("current_task", 1, kernel.address("runner"));
  auto* machine = kernel.machine();
  REQUIRE(machine);
  REQUIRE(machine->cpus().size() == 1);
  CHECK(machine->cpus()[0].number == 1);
  CHECK(kernel.text(machine->stack_of(machine->cpus()[0])) == runs);
  CHECK_FALSE(machine->panicked_cpu());
}

TEST_CASE("state: a call through a bad pointer leads to its caller") {
  KERNEL(kernel);
  kernel.set_register(16, 0);
  CHECK(kernel.stack_of_cpu() == "+0x0! outer+0x5 entry+0x5 | entry");
  kernel.set_register(16, 0xdead000000000122);
  CHECK(kernel.stack_of_cpu() == "+0x0! outer+0x5 entry+0x5 | entry");
  kernel.set_register(19, kernel.address("runner_stack") + 8 * 481);  // where no return address lies
  CHECK(kernel.stack_of_cpu() == "+0x0! | lost");
}

TEST_CASE("state: an interrupt's stack leads to the task's") {
  KERNEL(kernel);
  kernel.set_register(16, kernel.address("inner") + 3);
  kernel.set_register(19, kernel.address("irq_stack_0") + 8 * 500);
  kernel.set("irq_stack_0", 501, 0);
  // from_irq finds the task's stack by the last word, which it takes for its stack pointer.
  CHECK(kernel.stack_of_cpu() == "inner+0x3!(irq) from_irq+0x5(irq) | lost");
  kernel.set_register(19, kernel.address("irq_stack_0") + 8 * 510);
  kernel.set("irq_stack_0", 510, kernel.address("from_irq") + 5);
  kernel.set("irq_stack_0", 511, kernel.address("runner_stack") + 8 * 481);
  CHECK(kernel.stack_of_cpu() == "inner+0x3!(irq) from_irq+0x5(irq) outer+0x5 entry+0x5 | entry");
}

TEST_CASE("state: a CPU in a program has no stack of the kernel's") {
  KERNEL(kernel);
  kernel.set_register(17, 0x33);
  CHECK(kernel.stack_of_cpu() == "| entry");
}

TEST_CASE("state: a vmlinux of another kernel, and one that lies elsewhere by less than a page") {
  KERNEL(kernel);
  auto& info = kernel.pages().info;
  const auto good = info;
  info.replace(info.find("BUILD-ID=01"), 11, "BUILD-ID=02");
  CHECK_FALSE(kernel.machine());
  info = good;
  info.replace(info.find("ffffffff81000000"), 16, "ffffffff81000010");
  CHECK_FALSE(kernel.machine());
  info = good;
  CHECK(kernel.machine());
}

TEST_CASE("state: a list of tasks that runs in a circle, to nowhere, or out of the dump") {
  KERNEL(kernel);
  constexpr std::size_t next = 5;  // the word of tasks.next
  kernel.set("runner", next, kernel.address("runner") + 40);
  const auto* circle = &kernel.machine()->tasks();
  CHECK_FALSE(circle->whole);
  CHECK(circle->tasks.size() == 2);
  kernel.set("runner", next, 0x1000);
  const auto* nowhere = &kernel.machine()->tasks();
  CHECK_FALSE(nowhere->whole);
  CHECK(nowhere->tasks.size() >= 1);
  kernel.set("init_task", next, 0);
  CHECK(kernel.machine()->tasks().tasks.empty());
}

TEST_CASE("state: a stack that points to itself, to another one, and to data") {
  KERNEL(kernel);
  const auto stack = kernel.address("sleeper_stack");
  kernel.set("sleeper_stack", 490, stack + 8 * 490);
  kernel.set("sleeper_stack", 491, kernel.address("sleeps") + 5);
  CHECK(kernel.stack_of_task(0) == "sleeps+0x5 sleeps+0x5 | lost");
  kernel.set("sleeper_stack", 490, kernel.address("runner_stack") + 8 * 490);
  CHECK(kernel.stack_of_task(0) == "sleeps+0x5 sleeps+0x5 | lost");
  kernel.set("sleeper_stack", 485, ~std::uint64_t{0} - 7);
  CHECK(kernel.stack_of_task(0) == "sleeps+0x5 | lost");
  kernel.set("sleeper_stack", 486, stack);
  CHECK(kernel.stack_of_task(0) == "+0x0 | lost");
  kernel.set("sleeper_stack", 486, 0);
  CHECK(kernel.stack_of_task(0) == "+0x0 | lost");
}

TEST_CASE("state: a stack of which every word is a call ends at its bound") {
  KERNEL(kernel);
  for (std::size_t i = 0; i < 512; ++i) kernel.set("runner_stack", i, kernel.address("inner") + 5);
  kernel.set_register(19, kernel.address("runner_stack"));
  auto* machine = kernel.machine();
  REQUIRE(machine);
  const auto all = machine->stack_of(machine->cpus()[0]);
  CHECK(all.frames.size() <= 512);
  CHECK(all.end != state::UnwoundStack::End::entry);
}

TEST_CASE("state: stacks without end are not unwound without end") {
  KERNEL(kernel);
  for (std::size_t i = 0; i < 512; ++i) kernel.set("runner_stack", i, kernel.address("inner") + 5);
  kernel.set_register(19, kernel.address("runner_stack"));
  auto* machine = kernel.machine();
  REQUIRE(machine);
  std::size_t frames = 0, empty = 0;
  for (std::size_t i = 0; i < 3000 && empty < 10; ++i) {
    const auto stack = machine->stack_of(machine->cpus()[0]);
    frames += stack.frames.size();
    if (!stack.frames.empty()) continue;
    ++empty;
    CHECK(stack.end == state::UnwoundStack::End::long_);
  }
  CHECK(empty == 10);
  CHECK(frames < (std::size_t{1} << 20) + 1024);
}

TEST_CASE("state: pages that are not in the dump") {
  KERNEL(kernel);
  const auto first = kernel.pages();
  std::size_t machines = 0, whole = 0;
  for (const auto& [at, bytes] : first.by_address) {
    kernel.pages() = first;
    kernel.pages().by_address.erase(at);
    auto* machine = kernel.machine();
    if (!machine) continue;
    ++machines;
    whole += machine->tasks().whole ? 1 : 0;
    for (const auto& cpu : machine->cpus()) {
      const auto text = kernel.text(machine->stack_of(cpu));
      CHECK((text == runs || text.ends_with("absent") || text.ends_with("lost")));
    }
    for (const auto& task : machine->tasks().tasks) kernel.text(machine->stack_of(task));
  }
  CHECK(machines > 0);
  CHECK(whole < machines);
}

}  // namespace unoops::test
