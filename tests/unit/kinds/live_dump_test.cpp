// What is told of a machine that nobody had stopped, out of its memory alone.
#include "kinds/live_dump.hpp"

#include "catch.hpp"
#include "kinds/kind.hpp"
#include "parse/dump.hpp"
#include "report/fact_names.hpp"

namespace unoops::test {
namespace {

constexpr std::int64_t second = 1'000'000;

Report live() {
  Report r;
  r.kind = &kinds::kind_with(Trait::not_stopped).info;
  r.severity = r.kind->severity;
  r.machine.emplace().cpus = 2;
  return r;
}

void add_task(Report& r, std::int64_t pid, std::string comm, std::optional<std::int64_t> idle_us,
              std::string sleeps_in = {}) {
  Stack& stack = r.stacks.emplace_back();
  stack.role = StackRole::task_trace;
  if (!sleeps_in.empty()) stack.frames.emplace_back().ref.symbol = std::move(sleeps_in);
  stack.frames.emplace_back().ref.symbol = "work";
  DumpedTask& task = r.tasks.emplace_back();
  task.pid = pid;
  task.comm = std::move(comm);
  task.state = 'D';
  task.stack = r.stacks.size() - 1;
  task.idle_us = idle_us;
}

void add_lock(Report& r, std::uint64_t address, std::int64_t waiter, std::optional<std::int64_t> owner) {
  DumpedLock& lock = r.machine->locks.emplace_back();
  lock.type = "struct mutex";
  lock.address = address;
  lock.waiting = {waiter};
  lock.owner = owner;
  lock.owner_comm = "owner";
}

struct Told {
  std::string title, words, steps;
  Severity severity;
};

Told told(Report r) {
  parse::finish_live(r);
  Explanation e;
  const auto& kind = kinds::kind_row(*r.kind);
  for (const auto& rule : kind.rules) rule.apply(r, e, rule.id);
  Told out{r.title, {}, {}, r.severity};
  for (const auto& finding : e.findings) out.words += finding.text + "\n";
  for (const auto& step : e.next_steps) out.steps += step + "\n";
  return out;
}

bool holds(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("live dump: a machine at work is a notice") {
  auto r = live();
  CHECK(told(r).severity == Severity::notice);
  CHECK(told(r).title == "live dump: no task hangs");
  add_task(r, 7, "reader", 2 * second, "io_schedule");  // a disk may take so long
  CHECK(told(r).severity == Severity::notice);
  add_lock(r, 0x1000, 7, 8);
  r.tasks[0].idle_us = second / 2;  // and so may who holds a lock
  CHECK(told(r).severity == Severity::notice);
}

TEST_CASE("live dump: who waits long hangs, and it is told for what") {
  auto r = live();
  add_task(r, 7, "reader", 40 * second, "io_schedule");
  add_task(r, 8, "young", 11 * second, "io_schedule");
  const auto words = told(r);
  CHECK(words.severity == Severity::error);
  CHECK(words.title == "live dump: tasks hang");
  CHECK(holds(words.words, "reader (pid 7) has waited for I/O to end for 40 s"));
  CHECK(holds(words.words, "the longest blocked is reader (pid 7): it last ran 40 s before the dump"));
  CHECK(holds(words.steps, "why this I/O does not end"));
}

TEST_CASE("live dump: the chain leads to who lets all wait") {
  auto r = live();
  add_task(r, 7, "first", 5 * second, "mutex_lock");
  add_lock(r, 0x1000, 7, 8);
  r.machine->locks[0].symbol = "rtnl_mutex";
  auto words = told(r);
  CHECK(words.severity == Severity::error);
  CHECK(holds(words.words, "first (pid 7) waits for the struct mutex rtnl_mutex at 1000, held by owner (pid 8)"));
  CHECK(holds(words.steps, "see in the stack of owner (pid 8) why it does not let go"));
  r.tasks[0].idle_us.reset();  // nobody knows how long
  CHECK(told(r).severity == Severity::error);
}

TEST_CASE("live dump: a deadlock needs no time to be one") {
  auto r = live();
  add_task(r, 7, "one", second / 100, "mutex_lock");
  add_task(r, 8, "other", second / 100, "mutex_lock");
  add_lock(r, 0x1000, 7, 8);
  add_lock(r, 0x2000, 8, 7);
  const auto words = told(r);
  CHECK(words.severity == Severity::error);
  CHECK(words.title == "live dump: a deadlock");
  CHECK(holds(words.words, "a deadlock (ABBA): one (pid 7) waits for other (pid 8), other (pid 8) for one (pid 7)"));
}

TEST_CASE("live dump: a machine that was stopped by hand is told of its hang, not that nothing failed") {
  const auto steps_of = [](Report r) {
    r.kind = find_kind("panic");
    r.set_fact(report::fact::reason, "sysrq triggered crash");
    Explanation e;
    for (const auto& rule : kinds::kind_row(*r.kind).rules) rule.apply(r, e, rule.id);
    std::string out;
    for (const auto& step : e.next_steps) out += step + "\n";
    return out;
  };
  auto r = live();
  CHECK(holds(steps_of(r), "nothing failed"));
  add_task(r, 7, "first", 5 * second, "mutex_lock");
  add_lock(r, 0x1000, 7, 8);
  CHECK_FALSE(holds(steps_of(r), "nothing failed"));
  CHECK(holds(steps_of(r), "see in the stack of owner (pid 8)"));
}

TEST_CASE("live dump: the title's words are the signature, whoever hangs") {
  auto r = live(), other = live();
  add_task(r, 7, "reader", 40 * second, "io_schedule");
  add_task(other, 9, "writer", 50 * second, "mutex_lock");
  parse::finish_live(r);
  parse::finish_live(other);
  CHECK(r.signature == other.signature);
  auto idle = live();
  parse::finish_live(idle);
  CHECK(r.signature != idle.signature);
}

}  // namespace unoops::test
